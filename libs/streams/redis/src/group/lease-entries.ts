import type { Delivery } from '@millrace/streams';
import { anySignal } from '@millrace/streams';
import type { JoinOptions } from '@millrace/streams/driver';
import { checkFetch, setPosition } from '../commands/lease.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import { FetchSize } from '../entries/fetch-size.ts';
import { compareIds, idOf } from '../entries/ids.ts';
import { hasCode } from '../errors.ts';
import { streamsOf } from '../protocol/entries.ts';
import type { LeaseConsumer } from './lease-consumer.ts';
import { PendingEntries } from './pending-entries.ts';
import { TopicCursor } from './topic-cursor.ts';

export interface LeaseEntriesOptions {
  readonly holder: LeaseConsumer;
  readonly partition: number;
  readonly join: JoinOptions;
  /** The topics that have this partition. */
  readonly topics: readonly string[];
  /** Nothing is taken any more once it aborts. */
  readonly end: AbortSignal;
  readonly onLost: () => void;
}

/** What a lease's streams hold for it: what is pending first, then what is new. */
export class LeaseEntries {
  readonly cursors: readonly TopicCursor[];
  readonly #context: DriverContext;
  readonly #options: LeaseEntriesOptions;
  readonly #pending: PendingEntries;
  readonly #fetchSize = new FetchSize();
  #turn = 0;
  /** Nobody knows what the last read took: its reply was lost. */
  #uncertain = false;
  #fetches = 0;

  constructor(context: DriverContext, options: LeaseEntriesOptions) {
    this.#context = context;
    this.#options = options;
    const healed = <Result>(run: () => Promise<Result>): Promise<Result> => this.#healed(run);
    this.#pending = new PendingEntries(context, { ...options, fetchSize: this.#fetchSize, healed });
    this.cursors = options.topics.map(
      (topic) => new TopicCursor(topic, context.topics.key(topic, options.partition)),
    );
  }

  /** The number of the last fetch that the server confirmed. */
  get fetches(): number {
    return this.#fetches;
  }

  /** Records fetched and not acknowledged. */
  get fetched(): number {
    return this.cursors.reduce((sum, cursor) => sum + cursor.fetched, 0);
  }

  /** Nothing is left that has to be redelivered individually. */
  get clean(): boolean {
    return this.cursors.every((cursor) => this.#pending.isClean(cursor));
  }

  get streams(): string[] {
    return this.cursors.map(({ stream }) => stream);
  }

  /** Reclaims what is pending. With `redeliverIndividually` one entry at a time is redelivered. */
  async reclaim(redeliverIndividually: boolean): Promise<void> {
    await this.#pending.start(this.cursors, redeliverIndividually);
  }

  /** Reads once; true when something came, or can be redelivered individually now. */
  async read(room: number): Promise<boolean> {
    let came = this.#uncertain ? await this.#recover() : 0;
    for (const cursor of this.cursors) came += await this.#pending.redeliver(cursor, room - came);
    if (this.cursors.some(({ redeliverIndividually }) => redeliverIndividually)) return true;
    const ready = this.cursors.filter(({ pendingIsFetched }) => pendingIsFetched);
    if (ready.length > 0 && room > came && !this.#options.end.aborted)
      came += await this.#readNew(ready, room - came);
    return came > 0;
  }

  /** Waits until one of the streams may have something new. */
  async arrival(signal: AbortSignal): Promise<void> {
    const some = new AbortController();
    const either = anySignal([signal, some.signal]);
    await Promise.race(
      this.cursors.map(({ stream, lastDelivered }) =>
        this.#context.watchers.of(stream, this.#options.partition).arrival(stream, lastDelivered, either),
      ),
    );
    some.abort();
  }

  /** The next entry to be redelivered individually that is still there. */
  async redeliverNext(cursor: TopicCursor): Promise<Delivery | undefined> {
    for (let [next] = cursor.redeliveries; next?.redeliverIndividually; [next] = cursor.redeliveries) {
      const [delivery] = await this.#pending.claim(cursor, [next.id], next.deliveryCount);
      cursor.redeliveries.shift();
      if (!delivery) continue;
      cursor.deliver(delivery);
      return delivery;
    }
    return undefined;
  }

  /** For positions that live elsewhere: what comes next is after this offset. */
  async seek(cursor: TopicCursor, offset: string): Promise<void> {
    const { stream, topic } = cursor;
    const id = idOf({ topic, partition: this.#options.partition, offset });
    for (;;) {
      const left = cursor.redeliveries.filter((each) => compareIds(each.id, id) > 0);
      const acknowledged = cursor.redeliveries.slice(0, cursor.redeliveries.length - left.length);
      const more = left.length === 0 && cursor.nextPage !== undefined;
      const redeliver = left.length === 0 && !more && cursor.lastDelivered !== id;
      await setPosition(this.#connection, this.#options.holder, {
        stream,
        topic,
        id,
        redeliver,
        acknowledged: acknowledged.map((each) => each.id),
      });
      cursor.redeliveries = left;
      if (redeliver) cursor.reset(id);
      if (!more) return;
      await this.#pending.reclaimNext(cursor);
    }
  }

  async #readNew(ready: readonly TopicCursor[], room: number): Promise<number> {
    const { holder, onLost } = this.#options;
    const asked = inTurn(ready, this.#turn++).slice(0, room);
    const count = this.#fetchSize.count(Math.max(1, Math.floor(room / asked.length)));
    const streams = asked.map(({ stream }) => stream);
    const args = ['GROUP', holder.group, holder.member, 'COUNT', count, 'STREAMS', ...streams];
    for (const _ of streams) args.push('>');
    const [reply, checked] = await this.#healed(async () => {
      const raw = await this.#context.client.rawConnection(streams[0] ?? '');
      const reading = raw.frame('XREADGROUP', args);
      const checking = checkFetch(
        raw,
        holder,
        ready.map(({ stream }) => stream),
      );
      checking.catch(() => undefined);
      return [await reading, await checking] as const;
    });
    if (checked === undefined) {
      onLost();
      return 0;
    }
    const { foreign, number } = checked;
    if (number <= this.#fetches) {
      throw new Error('ROLLEDBACK the server has lost a fetch of this lease that it had confirmed');
    }
    this.#fetches = number;
    const cursorOf = (stream: string): TopicCursor =>
      asked.find((each) => each.stream === stream) as TopicCursor;
    const { partition } = this.#options;
    const read = streamsOf(reply, (stream) => ({ topic: cursorOf(stream).topic, partition, attempt: 1 }));
    // What lies with others is older: it goes first.
    let came = foreign > 0 ? await this.#recover(idsOf(read)) : 0;
    for (const [stream, deliveries] of read) came += await this.#add(cursorOf(stream), deliveries);
    return came;
  }

  async #add(cursor: TopicCursor, read: Delivery[]): Promise<number> {
    const deliveries = cursor.rewound
      ? read.filter(({ offset }) => !cursor.isAcknowledged(offset) && !cursor.knows(offset))
      : read;
    const acknowledged = cursor.rewound ? read.filter(({ offset }) => cursor.isAcknowledged(offset)) : [];
    cursor.add(deliveries);
    this.#fetchSize.observe(deliveries);
    const last = read.at(-1)?.offset;
    if (last !== undefined && compareIds(last, cursor.lastDelivered) > 0) cursor.lastDelivered = last;
    if (acknowledged.length > 0) {
      const ids = acknowledged.map(({ offset }) => offset);
      await this.#connection.call('XACK', [cursor.stream, this.#options.holder.group, ...ids]);
    }
    return deliveries.length;
  }

  /** A read took what nobody knows of. */
  async #recover(known: ReadonlySet<string> = new Set()): Promise<number> {
    this.#uncertain = true;
    let came = 0;
    for (const cursor of this.cursors) came += await this.#pending.recover(cursor, known);
    this.#uncertain = false;
    return came;
  }

  /** Makes groups again that were removed, and remembers when a reply was lost. */
  async #healed<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (!hasCode(error, 'NOGROUP')) {
        this.#uncertain = true;
        this.#options.holder.rename();
        throw error;
      }
    }
    const { holder, join, partition } = this.#options;
    for (const cursor of this.cursors) {
      const { topic } = cursor;
      cursor.rewound = true;
      const acknowledged = await this.#connection.call('HGET', [holder.lease, `at:${topic}`]);
      const place = {
        topic,
        partition,
        acknowledged: typeof acknowledged === 'string' ? acknowledged : undefined,
      };
      await this.#context.groups.recreate(holder.group, place, join.start);
    }
    return await run();
  }

  get #connection(): Connection {
    return this.#context.client.connection();
  }
}

/** Of entries that were just read. */
function idsOf(read: ReturnType<typeof streamsOf>): Set<string> {
  return new Set(
    read.flatMap(([stream, deliveries]) => deliveries.map(({ offset }) => `${stream} ${offset}`)),
  );
}

function inTurn<Item>(items: readonly Item[], turn: number): Item[] {
  const first = turn % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
