import { assertReadable } from '../decode.ts';
import { StreamsError } from '../errors.ts';
import type { StateWrite } from '../lease.ts';
import { formatPosition, type Position } from '../position.ts';
import { type ProducerRecord, toForwardedRecord, toProducerRecord } from '../producer-record.ts';
import type {
  ForwardedRecord,
  ForwardOptions,
  SendOptions,
  StateAccess,
  StatefulContext,
} from '../routes.ts';
import type { Store } from '../store.ts';
import type { Topic } from '../topic.ts';
import { KeyedState } from './keyed-state.ts';
import { LatestWrites } from './latest-writes.ts';
import type { StateKey } from './preload.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';
import type { Entry } from './store-cache.ts';

const none: readonly never[] = [];

/** One attempt of one message: collects its outputs and writes, which count only when the handler returns. */
export class MessageContext implements StatefulContext {
  readonly signal: AbortSignal;
  readonly #settings: Settings;
  readonly #origin: Position;
  readonly #state: StateCache | undefined;
  #outputs: ProducerRecord[] | undefined;
  #writes: LatestWrites | undefined;
  #misses: StateKey[] | undefined;
  #closed = false;
  #bytes = 0;

  constructor(settings: Settings, origin: Position, signal: AbortSignal, state: StateCache | undefined) {
    this.#settings = settings;
    this.#origin = origin;
    this.signal = signal;
    this.#state = state;
  }

  get outputs(): readonly ProducerRecord[] {
    return this.#outputs ?? none;
  }

  get writes(): readonly StateWrite[] {
    return this.#writes?.all ?? none;
  }

  /** About how many bytes outputs and writes take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the handler asked for and had to wait for. */
  get misses(): readonly StateKey[] | undefined {
    return this.#misses;
  }

  /** Functions of their own, so that a handler may take them out of its context: `(message, { send }) => …`. */
  get send(): StatefulContext['send'] {
    return (topic, value, options) => this.#send(topic, value, options);
  }

  get forward(): StatefulContext['forward'] {
    return (topic, record, options) => this.#forward(topic, record, options);
  }

  get state(): StatefulContext['state'] {
    return (store) => this.#stateOf(store);
  }

  #send<Value>(topic: Topic<Value>, value: Value, options: SendOptions = {}): void {
    this.#assertMaySend(topic.name);
    const number = this.outputs.length;
    const output = toProducerRecord(topic, value, {
      id: () => `${this.#settings.group}/${formatPosition(this.#origin)}/${number}`,
      headers: options.headers,
      key: options.key,
      partition: options.partition,
      maxBytes: this.#settings.driver.capabilities.maxRecordBytes,
    });
    assertReadable(topic, value, output.value);
    this.#stage(output);
  }

  #forward(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    record: ForwardedRecord,
    options: ForwardOptions = {},
  ): void {
    this.#assertMaySend(topic.name);
    const { maxRecordBytes: maxBytes } = this.#settings.driver.capabilities;
    this.#stage(toForwardedRecord(topic, record, { ...options, maxBytes }));
  }

  #stateOf<Value>(store: Store<Value>): StateAccess<Value> {
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
    return new KeyedState(this, cache, store.name);
  }

  /** What this attempt has written itself; undefined: nothing. */
  written(store: string, key: string): Entry | undefined {
    return this.#writes?.find(store, key)?.value;
  }

  missed(store: string, key: string): void {
    this.#misses ??= [];
    this.#misses.push({ store, key });
  }

  write(store: string, key: string, value: Entry): void {
    this.#assertOpen();
    this.#writes ??= new LatestWrites();
    this.#writes.set({ store, key, value });
    this.#bytes += value?.length ?? 0;
  }

  /** A handler that goes on after its message was decided must not add to it unseen. */
  close(): void {
    this.#closed = true;
  }

  #stage(output: ProducerRecord): void {
    this.#outputs ??= [];
    this.#outputs.push(output);
    this.#bytes += output.value?.length ?? 0;
  }

  #assertMaySend(topic: string): void {
    this.#assertOpen();
    const { group, outputs } = this.#settings;
    if (!outputs || outputs.has(topic)) return;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `group ${group} sends to topic ${topic}, which is not among its outputs; name it in the group's \`outputs\``,
    );
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new StreamsError(
      'CLOSED',
      `the handler of ${formatPosition(this.#origin)} has returned; await everything before it sends or writes state`,
    );
  }
}
