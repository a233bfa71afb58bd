import { anySignal, type Delivery, type Position, StreamsError } from '@millrace/streams';
import {
  byTopic,
  type Commit,
  CommitSequence,
  type JoinOptions,
  type Lease,
  LeaseReader,
  LeaseStates,
} from '@millrace/streams/driver';
import { release, renew } from '../commands/lease.ts';
import type { DriverContext } from '../context.ts';
import { hasCode, translate } from '../errors.ts';
import { groupKeys, stateKey } from '../keys.ts';
import { leaveMs, within } from '../within.ts';
import { LeaseCommits } from './lease-commits.ts';
import type { LeaseConsumer } from './lease-consumer.ts';
import { LeaseEntries } from './lease-entries.ts';
import { knownDedupeIds, loadState } from './lease-state.ts';
import { ReadAhead } from './read-ahead.ts';
import { reportLost } from './records-lost.ts';
import type { TopicCursor } from './topic-cursor.ts';

export interface LeaseOptions {
  readonly holder: LeaseConsumer;
  readonly partition: number;
  readonly epoch: number;
  readonly join: JoinOptions;
  readonly topics: readonly string[];
  readonly onGone: (lease: RedisLease) => void;
  /** Told of each renewal how it went: the error, if there was one. */
  readonly onRenewed: (error?: unknown) => void;
}

/** A lease whose ownership every commit proves by its token. */
export class RedisLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly #context: DriverContext;
  readonly #options: LeaseOptions;
  readonly #states: LeaseStates;
  readonly #entries: LeaseEntries;
  readonly #reader: LeaseReader<TopicCursor>;
  readonly #readAhead: ReadAhead;
  readonly #commits: LeaseCommits;
  readonly #sequence = new CommitSequence<Commit>();
  #expires: number;
  #expiry: NodeJS.Timeout | undefined;

  constructor(context: DriverContext, options: LeaseOptions, expires: number) {
    this.#context = context;
    this.#options = options;
    this.group = options.holder.group;
    this.partition = options.partition;
    this.epoch = options.epoch;
    this.#states = new LeaseStates(this, () => {
      clearTimeout(this.#expiry);
      options.onGone(this);
    });
    this.revoked = this.#states.revoked;
    this.lost = this.#states.lost;
    const end = anySignal([this.revoked, this.lost]);
    const entriesOptions = { ...options, end, onLost: () => this.lose() };
    this.#entries = new LeaseEntries(context, entriesOptions);
    this.#commits = new LeaseCommits(context, entriesOptions, () => this.#entries.fetches);
    const { maxInFlight } = options.join;
    this.#readAhead = new ReadAhead(this.#entries, {
      maxInFlight,
      end,
      onRead: () => this.#reader.notify(),
      onError: (error) => this.#reader.fail(error),
    });
    this.#reader = new LeaseReader(this.#entries.cursors, {
      maxInFlight,
      end,
      takeIndividually: (cursor) => this.#entries.redeliverNext(cursor),
      onTaken: (records) => this.#readAhead.looked(records),
    });
    this.#expires = expires;
  }

  /** Makes everything pending its own and finishes what the last owner had begun to send. */
  async start(redeliverIndividually: boolean): Promise<void> {
    this.#watch();
    await this.#entries.reclaim(redeliverIndividually);
    await this.#commits.deliver();
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    this.#readAhead.fetchBegins(max);
    let taken = 0;
    try {
      const deliveries = await this.#reader.fetch(max, signal);
      taken = deliveries.length;
      return deliveries;
    } catch (error) {
      throw this.#failed(error, 'a fetch failed');
    } finally {
      this.#readAhead.fetchEnded(max, taken);
    }
  }

  async seek(positions: readonly Position[]): Promise<void> {
    const offsets = new Map<string, string>();
    for (const { topic, partition, offset } of positions) {
      if (!this.#options.topics.includes(topic) || partition !== this.partition) {
        throw new StreamsError(
          'INVALID_ARGUMENT',
          `${this.#states.name} does not cover ${topic}:${partition}`,
        );
      }
      offsets.set(topic, offset);
    }
    try {
      for (const cursor of this.#entries.cursors)
        await this.#entries.seek(cursor, offsets.get(cursor.topic) ?? cursor.startOffset);
    } catch (error) {
      throw this.#failed(error, 'a seek failed');
    }
  }

  async load(store: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    try {
      return await loadState(
        this.#context.client.connection(),
        stateKey(this.group, this.partition, store),
        keys,
      );
    } catch (error) {
      throw this.#failed(error, 'state could not be loaded');
    }
  }

  async knownDedupeIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      return await knownDedupeIds(this.#context.client.connection(), this.group, this.partition, ids);
    } catch (error) {
      throw this.#failed(error, 'dedupe ids could not be looked up');
    }
  }

  commit(commit: Commit): Promise<void> {
    return this.#sequence.store(commit, async () => {
      this.#states.assertHeld();
      try {
        await this.#commits.store(commit);
      } catch (error) {
        throw this.#failed(error, 'a commit failed');
      }
      this.#acknowledged(commit);
    });
  }

  /** What cannot be renewed in time is lost by the lease's own clock. */
  renew(leaseMs: number): void {
    if (this.lost.aborted) return;
    const asked = performance.now();
    renew(this.#context.client.connection(), this.#options.holder, leaseMs).then(
      (ours) => {
        // The server counts from when it was asked, at the earliest.
        if (ours) this.#expires = Math.max(this.#expires, asked + leaseMs);
        else this.lose();
        this.#options.onRenewed();
      },
      (error: unknown) => {
        if (!this.lost.aborted) this.#options.onRenewed(error);
      },
    );
  }

  get ranOut(): boolean {
    return this.#states.ranOut;
  }

  /**
   * Gives a lease that ran out back, unless somebody took it meanwhile; of what was in hand that is in `oldestBefore` had an
   * attempt. Returns the oldest in hand. Throws while the server is away.
   */
  async giveBackLate(oldestBefore: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    try {
      await this.#giveBack(oldestBefore);
    } catch (error) {
      throw translate(error, `${this.#states.name} ran out and could not be given back`);
    }
    return new Set(this.#entries.cursors.flatMap(({ oldestDelivered }) => oldestDelivered ?? []));
  }

  revoke(): void {
    this.#states.revoke();
  }

  lose(): void {
    this.#states.lose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#states.release(() => within(leaveMs, this.#giveBack()));
  }

  /** What cannot be given back runs out by itself. */
  async #giveBack(counted?: ReadonlySet<string>): Promise<void> {
    await this.#sequence.idle();
    await this.#readAhead.idle();
    const runs = this.#entries.cursors.flatMap((cursor) =>
      [...cursor.pendingRuns(counted)].map(([deliveryCount, ids]) => ({
        stream: cursor.stream,
        deliveryCount,
        ids,
      })),
    );
    const { channel } = groupKeys(this.group);
    const { streams, clean } = this.#entries;
    if (this.#states.gone && !this.ranOut) return;
    const lost = await release(this.#context.client.connection(), this.#options.holder, {
      streams,
      channel,
      clean,
      runs,
    });
    const { group, partition } = this;
    for (const [index, ids] of lost.entries()) {
      const topic = this.#options.topics[index] ?? '';
      reportLost(this.#context.notify, { group, topic, partition, ids });
    }
  }

  #acknowledged(commit: Commit): void {
    const acknowledged = byTopic(commit.acknowledged);
    for (const cursor of this.#entries.cursors)
      cursor.acknowledge((acknowledged.get(cursor.topic) ?? []).map(({ offset }) => offset));
    const { failed } = commit;
    if (failed)
      this.#entries.cursors
        .find((each) => each.topic === failed.record.topic)
        ?.recordAttempts(failed.record.offset, failed.attempts);
    this.#reader.notify();
    this.#readAhead.start();
  }

  /** Without a renewal in time nobody can say any more whose the lease is. */
  #watch(): void {
    if (this.lost.aborted) return;
    const left = this.#expires - performance.now();
    if (left > 0) {
      this.#expiry = setTimeout(() => this.#watch(), Math.min(left + 1, 2 ** 30));
      this.#expiry.unref();
      return;
    }
    // After a stall of this process the answer may lie in the socket already.
    setImmediate(() => {
      if (this.#expires > performance.now()) return this.#watch();
      this.#states.runOut();
    });
  }

  #failed(error: unknown, doing: string): StreamsError {
    if (hasCode(error, 'ROLLEDBACK')) return this.#rolledBack();
    const translated = translate(error, `${this.#states.name}: ${doing}`);
    if (translated.code === 'FENCED') this.lose();
    return translated;
  }

  /** The lease ends, and all that is remembered of it: the next owner begins from what the server has. */
  #rolledBack(): StreamsError {
    if (!this.lost.aborted) {
      this.#context.notify({
        kind: 'rolled-back',
        message: `${this.#states.name} begins again from what the server has: the server went back in time (restored from an older copy, or a replica took over that lacked the last writes)`,
        details: { group: this.group, partition: this.partition, epoch: this.epoch },
      });
    }
    this.lose();
    return this.#states.fenced();
  }
}
