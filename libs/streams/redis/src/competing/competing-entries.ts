import type { Delivery } from '@millrace/streams';
import type { GroupOptions } from '@millrace/streams/driver';
import {
  type Consumer,
  checkCount,
  claimStale,
  type GivenBackEntry,
  giveBack,
  keepAlive,
  recover,
} from '../commands/competing.ts';
import type { Connection } from '../commands/script.ts';
import type { DriverContext } from '../context.ts';
import { decodeEntry, type RawEntry } from '../entries/entry.ts';
import { FetchSize } from '../entries/fetch-size.ts';
import { compareIds, zeroId } from '../entries/ids.ts';
import { hasCode } from '../errors.ts';
import { reportLost } from '../group/records-lost.ts';
import { groupKeys, leaseKey } from '../keys.ts';

/** Bounds how long one call holds up the server. */
const mostRecovered = 1_000;

/** One partition of one topic, as a competing member sees it. */
export class CompetingEntries {
  readonly topic: string;
  readonly partition: number;
  readonly consumer: Consumer;
  readonly #context: DriverContext;
  readonly #options: GroupOptions;
  readonly #fetchSize = new FetchSize();
  /** The id after which an entry is new. */
  #after = zeroId;
  #idle = true;
  #uncertain = false;
  #used = false;

  constructor(
    context: DriverContext,
    place: {
      readonly topic: string;
      readonly partition: number;
      readonly group: string;
      readonly member: string;
    },
    options: GroupOptions,
  ) {
    this.#context = context;
    this.#options = options;
    this.topic = place.topic;
    this.partition = place.partition;
    const stream = context.topics.key(place.topic, place.partition);
    this.consumer = { stream, group: place.group, member: place.member };
  }

  /** Whether the member may be a consumer of the stream. */
  get used(): boolean {
    return this.#used;
  }

  /** Owners may have gone idle, or have given entries back. */
  suspectIdle(): void {
    this.#idle = true;
  }

  /** Somebody may have claimed entries for this member. */
  suspectClaimed(): void {
    this.#uncertain = true;
  }

  /** Entries of idle owners; one that was delivered before comes alone. */
  async claimIdle(count: number): Promise<Delivery[]> {
    if (!this.#idle || count < 1) return [];
    const { leaseMs } = this.#options;
    const found = await this.#healed(() =>
      claimStale(this.#connection, this.consumer, { idleMs: leaseMs, count: this.#fetchSize.count(count) }),
    );
    this.#used = true;
    this.#reportLost(found.lost);
    this.#idle = found.taken.length > 0;
    return found.taken.map(({ deliveries, entry }) => this.#deliver(entry, deliveries + 1));
  }

  /** New entries, without waiting. */
  async readNew(count: number): Promise<Delivery[]> {
    const { stream, group, member } = this.consumer;
    this.#used = true;
    const args = ['GROUP', group, member, 'COUNT', this.#fetchSize.count(count), 'STREAMS', stream, '>'];
    const [last, reply] = await this.#healed(async () => {
      const lasting = this.#connection.call('XREVRANGE', [stream, '+', '-', 'COUNT', 1]);
      const reading = this.#connection.callBuffer('XREADGROUP', args);
      const checking = checkCount(this.#connection, this.consumer, this.#lease);
      for (const each of [reading, checking]) each.catch(() => undefined);
      const found = [await lasting, await reading] as const;
      await checking;
      return found;
    });
    const entries = Array.isArray(reply) ? (reply[0]?.[1] as RawEntry[]) : [];
    const deliveries = entries.map((entry) => this.#deliver(entry, 1));
    this.#fetchSize.observe(deliveries);
    const newest = deliveries.at(-1)?.offset ?? (last as [string, unknown][])[0]?.[0] ?? zeroId;
    if (compareIds(newest, this.#after) > 0) this.#after = newest;
    return deliveries;
  }

  /** What is pending to this member and unknown to it: the reply that brought it was lost. */
  async recover(isHeld: (id: string) => boolean): Promise<Delivery[]> {
    if (!this.#uncertain) return [];
    const { stream, group, member } = this.consumer;
    const args = [stream, group, '-', '+', 10_000, member];
    const pending = (await this.#connection.call('XPENDING', args)) as [string, ...unknown[]][];
    const unknown = pending.map(([id]) => id).filter((id) => !isHeld(id));
    const page = unknown.slice(0, this.#fetchSize.count(mostRecovered));
    const { taken, lost } = await recover(this.#connection, this.consumer, page);
    this.#reportLost(lost);
    this.#uncertain = page.length < unknown.length;
    return taken.map(({ deliveries, entry }) => this.#deliver(entry, deliveries));
  }

  /** Ids that are somebody else's by now. */
  async keepAlive(ids: readonly string[]): Promise<string[]> {
    return await this.#healed(() =>
      keepAlive(this.#connection, this.consumer, { lease: this.#lease, topic: this.topic, ids }),
    );
  }

  /** Other members can claim the entries at once. */
  async giveBack(entries: readonly GivenBackEntry[]): Promise<void> {
    const { channel } = groupKeys(this.consumer.group);
    this.#reportLost(await giveBack(this.#connection, this.consumer, { channel, entries }));
  }

  async arrival(signal: AbortSignal): Promise<void> {
    const { stream } = this.consumer;
    await this.#context.watchers.of(stream, this.partition).arrival(stream, this.#after, signal);
  }

  #deliver(entry: RawEntry, attempt: number): Delivery {
    return decodeEntry(this.topic, this.partition, entry, attempt);
  }

  async #healed<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (!hasCode(error, 'NOGROUP')) {
        this.#uncertain = true;
        throw error;
      }
    }
    const { group } = this.consumer;
    const acknowledged = await this.#connection.call('HGET', [this.#lease, `at:${this.topic}`]);
    const place = {
      topic: this.topic,
      partition: this.partition,
      acknowledged: typeof acknowledged === 'string' ? acknowledged : undefined,
    };
    await this.#context.groups.recreate(group, place, this.#options.start);
    return await run();
  }

  #reportLost(ids: readonly string[]): void {
    const { topic, partition } = this;
    reportLost(this.#context.notify, { group: this.consumer.group, topic, partition, ids });
  }

  get #lease(): string {
    return leaseKey(this.consumer.group, this.partition);
  }

  get #connection(): Connection {
    return this.#context.client.connection();
  }
}
