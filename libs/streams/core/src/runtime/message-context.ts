import { StreamsError } from '../errors.ts';
import type { StateWrite } from '../lease.ts';
import { formatPosition, type Position } from '../position.ts';
import { type Draft, draft } from '../router.ts';
import type { SendOptions, StateAccess, StatefulContext } from '../routes.ts';
import type { Store } from '../store.ts';
import type { Topic } from '../topic.ts';
import { LatestWrites } from './latest-writes.ts';
import type { StateKey } from './preload.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';

const none: readonly never[] = [];

/** One try of one message: collects its outputs and writes, which count only when the handler returns. */
export class MessageContext implements StatefulContext {
  readonly signal: AbortSignal;
  readonly #settings: Settings;
  readonly #origin: Position;
  readonly #state: StateCache | undefined;
  #outputs: Draft[] | undefined;
  #writes: LatestWrites | undefined;
  #misses: StateKey[] | undefined;
  #closed = false;

  constructor(settings: Settings, origin: Position, signal: AbortSignal, state: StateCache | undefined) {
    this.#settings = settings;
    this.#origin = origin;
    this.signal = signal;
    this.#state = state;
  }

  get outputs(): readonly Draft[] {
    return this.#outputs ?? none;
  }

  get writes(): readonly StateWrite[] {
    return this.#writes?.all ?? none;
  }

  /** What the handler asked for and had to wait for. */
  get misses(): readonly StateKey[] | undefined {
    return this.#misses;
  }

  send<Value>(topic: Topic<Value>, value: Value, options: SendOptions = {}): void {
    this.#assertOpen();
    this.#outputs ??= [];
    const number = this.#outputs.length;
    this.#outputs.push(
      draft(topic, value, {
        id: () => `${this.#settings.group}/${formatPosition(this.#origin)}/${number}`,
        headers: options.headers,
        partition: options.partition,
        maxBytes: this.#settings.driver.capabilities.maxRecordBytes,
      }),
    );
  }

  state<Value>(store: Store<Value>): StateAccess<Value> {
    const cache = this.#state;
    if (!cache) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `group ${this.#settings.group} has no keyed state: it belongs to partitioned exactly-once groups only`,
      );
    }
    if (!this.#settings.stores.has(store.name)) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        `group ${this.#settings.group} uses store ${store.name}; name it in the group's \`stores\``,
      );
    }
    return {
      get: (key) => this.#get(cache, store, key),
      set: (key, value) => this.#write(store, key, JSON.stringify(value)),
      delete: (key) => this.#write(store, key, null),
    };
  }

  /** A handler that goes on after its message was decided must not add to it unseen. */
  close(): void {
    this.#closed = true;
  }

  #get<Value>(cache: StateCache, store: Store<Value>, key: string): Promise<Value | undefined> {
    const own = this.#writes?.find(store.name, key);
    const found = own ? own.value : cache.peek(store.name, key);
    if (found !== undefined) return Promise.resolve(parse<Value>(found));
    this.#misses ??= [];
    this.#misses.push({ store: store.name, key });
    return cache.get(store.name, key).then(parse<Value>);
  }

  #write(store: Store<unknown>, key: string, value: string | null): void {
    this.#assertOpen();
    this.#writes ??= new LatestWrites();
    this.#writes.set({ store: store.name, key, value });
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new StreamsError(
      'CLOSED',
      `the handler of ${formatPosition(this.#origin)} has returned; await everything before it sends or writes state`,
    );
  }
}

function parse<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}
