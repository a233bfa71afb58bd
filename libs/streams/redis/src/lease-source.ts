import type { Delivery, JoinOptions } from '@millrace/streams';
import { Appetite, bytesPerRead } from './appetite.ts';
import { checkFetch, position, type TakenOver, takeOver } from './commands/lease.ts';
import type { Context } from './context.ts';
import { isWhole } from './delivered.ts';
import { decodeEntry, type RawEntry } from './entry.ts';
import { hasCode } from './errors.ts';
import { compareIds, idOf } from './ids.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { reportLost } from './records-lost.ts';
import type { Connection } from './scripts.ts';
import { TopicFeed } from './topic-feed.ts';
import { streamsOf } from './wire/entries.ts';

export interface SourcePlace {
  readonly holder: LeaseHolder;
  readonly partition: number;
  readonly options: JoinOptions;
  /** The topics that have this partition. */
  readonly topics: readonly string[];
  /** Nothing is taken any more once it aborts. */
  readonly end: AbortSignal;
  readonly onLost: () => void;
}

/** What a lease's streams hold for it: what is pending first, then what is new. */
export class LeaseSource {
  readonly feeds: readonly TopicFeed[];
  readonly #context: Context;
  readonly #place: SourcePlace;
  readonly #appetite = new Appetite();
  #turn = 0;
  /** Nobody knows what the last read took: its reply was lost. */
  #uncertain = false;
  #fetches = 0;

  constructor(context: Context, place: SourcePlace) {
    this.#context = context;
    this.#place = place;
    this.feeds = place.topics.map(
      (topic) => new TopicFeed(topic, context.catalog.key(topic, place.partition)),
    );
  }

  /** The number of the last fetch that the server confirmed. */
  get fetches(): number {
    return this.#fetches;
  }

  get unsettled(): number {
    return this.feeds.reduce((sum, feed) => sum + feed.unsettled, 0);
  }

  get streams(): string[] {
    return this.feeds.map(({ stream }) => stream);
  }

  /** Takes over what is pending. With `careful` it is tried entry by entry. */
  async takeOver(careful: boolean): Promise<void> {
    const taken = await this.#healed(() => takeOver(this.#connection, this.#place.holder, this.feeds));
    this.feeds.forEach((feed, index) => {
      const { lost, pending, lastDelivered, origin } = taken[index] as TakenOver;
      this.#reportLost(feed, lost);
      feed.lastDelivered = lastDelivered;
      feed.origin = origin;
      feed.redeliveries = pending.map(({ id, deliveries }) => ({ id, tries: deliveries, careful }));
    });
  }

  /** Reads once; true when something came. */
  async read(room: number): Promise<boolean> {
    let came = this.#uncertain ? await this.#recover() : 0;
    for (const feed of this.feeds) came += await this.#redeliver(feed, room - came);
    const ready = this.feeds.filter((feed) => feed.redeliveries.length === 0);
    if (ready.length > 0 && room > came && !this.#place.end.aborted)
      came += await this.#readNew(ready, room - came);
    return came > 0;
  }

  /** Waits until one of the streams may have something new. */
  async arrival(signal: AbortSignal): Promise<void> {
    const some = new AbortController();
    const either = AbortSignal.any([signal, some.signal]);
    await Promise.race(
      this.feeds.map(({ stream, lastDelivered }) =>
        this.#context.waiters.of(stream, this.#place.partition).arrival(stream, lastDelivered, either),
      ),
    );
    some.abort();
  }

  /** The entries, counted as tried once more than before; those that are gone are reported. */
  async claim(feed: TopicFeed, ids: readonly string[], tries: number): Promise<Delivery[]> {
    const { group, member } = this.#place.holder;
    const args = [feed.stream, group, member, 0, ...ids, 'RETRYCOUNT', tries + 1];
    const entries = (await this.#connection.callBuffer('XCLAIM', args)) as unknown[];
    const deliveries = entries.filter(isWhole).map((entry) => this.#deliver(feed, entry, tries + 1));
    if (deliveries.length < ids.length) {
      const found = new Set(deliveries.map(({ offset }) => offset));
      this.#reportLost(
        feed,
        ids.filter((id) => !found.has(id)),
      );
    }
    return deliveries;
  }

  /** For positions that live elsewhere: what comes next is behind this offset. */
  async seek(feed: TopicFeed, offset: string): Promise<void> {
    const { stream, topic } = feed;
    const id = idOf({ topic, partition: this.#place.partition, offset });
    const done = feed.redeliveries.filter((each) => compareIds(each.id, id) <= 0).map((each) => each.id);
    const left = feed.redeliveries.filter((each) => compareIds(each.id, id) > 0);
    const anew = left.length === 0 && feed.lastDelivered !== id;
    await position(this.#connection, this.#place.holder, { stream, topic, id, anew, done });
    feed.redeliveries = left;
    if (anew) feed.reset(id);
  }

  async #redeliver(feed: TopicFeed, room: number): Promise<number> {
    let came = 0;
    while (room > came && feed.redeliveries.length > 0 && feed.bufferedBytes < bytesPerRead) {
      const { tries, careful } = feed.redeliveries[0] ?? {};
      if (tries === undefined || careful) break;
      const count = this.#appetite.count(room - came);
      let run = 1;
      while (run < count && feed.redeliveries[run]?.tries === tries && !feed.redeliveries[run]?.careful)
        run += 1;
      const ids = feed.redeliveries.slice(0, run).map(({ id }) => id);
      const deliveries = await this.claim(feed, ids, tries);
      feed.redeliveries.splice(0, run);
      feed.add(deliveries);
      this.#appetite.ate(deliveries);
      came += deliveries.length;
    }
    return came;
  }

  async #readNew(ready: readonly TopicFeed[], room: number): Promise<number> {
    const { holder, onLost } = this.#place;
    const asked = inTurn(ready, this.#turn++).slice(0, room);
    const count = this.#appetite.count(Math.max(1, Math.floor(room / asked.length)));
    const streams = asked.map(({ stream }) => stream);
    const args = ['GROUP', holder.group, holder.member, 'COUNT', count, 'STREAMS', ...streams];
    for (const _ of streams) args.push('>');
    const [reply, checked] = await this.#healed(async () => {
      const wire = await this.#context.client.wire(streams[0] ?? '');
      const reading = wire.frame('XREADGROUP', args);
      const checking = checkFetch(wire, holder, this.streams);
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
    const feedOf = (stream: string): TopicFeed => asked.find((each) => each.stream === stream) as TopicFeed;
    const { partition } = this.#place;
    const read = streamsOf(reply, (stream) => ({ topic: feedOf(stream).topic, partition, attempt: 1 }));
    // What lies with others is older: it goes first.
    let came = foreign > 0 ? await this.#recover(idsOf(read)) : 0;
    for (const [stream, deliveries] of read) came += await this.#add(feedOf(stream), deliveries);
    return came;
  }

  async #add(feed: TopicFeed, read: Delivery[]): Promise<number> {
    const deliveries = feed.rewound
      ? read.filter(({ offset }) => !feed.isSettled(offset) && !feed.knows(offset))
      : read;
    const settled = feed.rewound ? read.filter(({ offset }) => feed.isSettled(offset)) : [];
    feed.add(deliveries);
    this.#appetite.ate(deliveries);
    const last = read.at(-1)?.offset;
    if (last !== undefined && compareIds(last, feed.lastDelivered) > 0) feed.lastDelivered = last;
    if (settled.length > 0) {
      const ids = settled.map(({ offset }) => offset);
      await this.#connection.call('XACK', [feed.stream, this.#place.holder.group, ...ids]);
    }
    return deliveries.length;
  }

  /** Looks for entries that are pending and unknown here: a reply was lost, or a former owner took them in its sleep. */
  async #recover(known: ReadonlySet<string> = new Set()): Promise<number> {
    this.#uncertain = true;
    let came = 0;
    const taken = await this.#healed(() => takeOver(this.#connection, this.#place.holder, this.feeds));
    for (const [index, feed] of this.feeds.entries()) {
      const { lost, pending, lastDelivered } = taken[index] as TakenOver;
      this.#reportLost(feed, lost);
      for (const { id, deliveries, own } of pending) {
        if (known.has(`${feed.stream} ${id}`) || feed.knows(id) || feed.isSettled(id)) continue;
        const found = await this.claim(feed, [id], own ? deliveries - 1 : deliveries);
        feed.add(found);
        came += found.length;
      }
      if (compareIds(lastDelivered, feed.lastDelivered) > 0) feed.lastDelivered = lastDelivered;
    }
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
        this.#place.holder.rename();
        throw error;
      }
    }
    const { holder, options, partition } = this.#place;
    for (const feed of this.feeds) {
      const { topic } = feed;
      feed.rewound = true;
      const settled = await this.#connection.call('HGET', [holder.lease, `at:${topic}`]);
      const place = { topic, partition, settled: typeof settled === 'string' ? settled : undefined };
      await this.#context.groups.recreate(holder.group, place, options.start);
    }
    return await run();
  }

  #deliver(feed: TopicFeed, entry: RawEntry, attempt: number): Delivery {
    return decodeEntry(feed.topic, this.#place.partition, entry, attempt);
  }

  #reportLost({ topic }: TopicFeed, ids: readonly string[]): void {
    const { holder, partition } = this.#place;
    reportLost(this.#context.notify, { group: holder.group, topic, partition, ids });
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
