import { type Delivery, type Position, StreamsError } from '@millrace/streams';
import type { Commit, JoinOptions, Lease } from '@millrace/streams/driver';
import { release, renew } from '../commands/lease.ts';
import type { DriverContext } from '../context.ts';
import { hasCode, translate } from '../errors.ts';
import { groupKeys, stateKey } from '../keys.ts';
import { leaveMs, within } from '../within.ts';
import { LeaseCommits } from './lease-commits.ts';
import type { LeaseConsumer } from './lease-consumer.ts';
import { LeaseEntries } from './lease-entries.ts';
import { LeaseReader } from './lease-reader.ts';
import { knownDedupeIds, loadState } from './lease-state.ts';
import { reportLost } from './records-lost.ts';

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
  readonly #revoke = new AbortController();
  readonly #lose = new AbortController();
  readonly #entries: LeaseEntries;
  readonly #reader: LeaseReader;
  readonly #commits: LeaseCommits;
  #tail: Promise<void> = Promise.resolve();
  #expires: number;
  #expiry: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;
  /** Lost by its own clock alone: it may still be this member's on the server. */
  #ranOut = false;

  constructor(context: DriverContext, options: LeaseOptions, expires: number) {
    this.#context = context;
    this.#options = options;
    this.group = options.holder.group;
    this.partition = options.partition;
    this.epoch = options.epoch;
    this.revoked = this.#revoke.signal;
    this.lost = this.#lose.signal;
    const end = AbortSignal.any([this.revoked, this.lost]);
    const entriesOptions = { ...options, end, onLost: () => this.lose() };
    this.#entries = new LeaseEntries(context, entriesOptions);
    this.#commits = new LeaseCommits(context, entriesOptions, () => this.#entries.fetches);
    this.#reader = new LeaseReader(this.#entries, options.join.maxInFlight, end);
    this.#expires = expires;
  }

  /** Makes everything pending its own and finishes what the last owner had begun to send. */
  async start(redeliverIndividually: boolean): Promise<void> {
    this.#watch();
    await this.#entries.reclaim(redeliverIndividually);
    await this.#commits.deliver();
  }

  async fetch(max: number, { signal }: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    try {
      return await this.#reader.fetch(max, signal);
    } catch (error) {
      throw this.#failed(error, 'a fetch failed');
    }
  }

  async seek(positions: readonly Position[]): Promise<void> {
    const offsets = new Map<string, string>();
    for (const { topic, partition, offset } of positions) {
      if (!this.#options.topics.includes(topic) || partition !== this.partition) {
        throw new StreamsError('INVALID_ARGUMENT', `${this.#name()} does not cover ${topic}:${partition}`);
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
    const committed = this.#tail.then(() => this.#commit(commit));
    this.#tail = committed.catch(() => undefined);
    return committed;
  }

  async #commit(commit: Commit): Promise<void> {
    if (this.lost.aborted || this.#disposed) throw this.#fenced();
    try {
      await this.#commits.store(commit);
    } catch (error) {
      throw this.#failed(error, 'a commit failed');
    }
    this.#acknowledged(commit);
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
    return this.#ranOut;
  }

  /**
   * Gives a lease that ran out back, unless somebody took it meanwhile: its process lives, so what was in hand had no
   * attempt. Only what was the oldest in hand at the loss before too (`oldestBefore`) had one, for it may be what holds up the
   * process. Returns the oldest in hand. Throws while the server is away.
   */
  async giveBackLate(oldestBefore: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    try {
      await this.#giveBack(oldestBefore);
    } catch (error) {
      throw translate(error, `${this.#name()} ran out and could not be given back`);
    }
    return new Set(this.#entries.cursors.flatMap(({ oldestDelivered }) => oldestDelivered ?? []));
  }

  revoke(): void {
    if (!this.revoked.aborted)
      this.#revoke.abort(new StreamsError('FENCED', `${this.#name()} goes to another member`));
  }

  lose(): void {
    if (this.lost.aborted) return;
    clearTimeout(this.#expiry);
    this.#lose.abort(this.#fenced());
    this.#options.onGone(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#release();
    return this.#disposed;
  }

  async #release(): Promise<void> {
    if (this.lost.aborted) return;
    this.revoke();
    await within(leaveMs, this.#giveBack());
    this.lose();
  }

  /** What cannot be given back runs out by itself. */
  async #giveBack(counted?: ReadonlySet<string>): Promise<void> {
    await this.#tail;
    await this.#reader.idle();
    const runs = this.#entries.cursors.flatMap((cursor) =>
      [...cursor.pendingRuns(counted)].map(([deliveryCount, ids]) => ({
        stream: cursor.stream,
        deliveryCount,
        ids,
      })),
    );
    const { channel } = groupKeys(this.group);
    const { streams, clean } = this.#entries;
    if (this.lost.aborted && !this.#ranOut) return;
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
    const offsets = new Map<string, string[]>();
    for (const { topic, offset } of commit.acknowledged) {
      const known = offsets.get(topic);
      if (known) known.push(offset);
      else offsets.set(topic, [offset]);
    }
    for (const cursor of this.#entries.cursors) cursor.acknowledge(offsets.get(cursor.topic) ?? []);
    const { failed } = commit;
    if (failed)
      this.#entries.cursors
        .find((each) => each.topic === failed.record.topic)
        ?.recordAttempts(failed.record.offset, failed.attempts);
    this.#reader.notify();
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
      this.#ranOut = !this.lost.aborted;
      this.lose();
    });
  }

  #failed(error: unknown, doing: string): StreamsError {
    if (hasCode(error, 'ROLLEDBACK')) return this.#rolledBack();
    const translated = translate(error, `${this.#name()}: ${doing}`);
    if (translated.code === 'FENCED') this.lose();
    return translated;
  }

  /** The lease ends, and all that is remembered of it: the next owner begins from what the server has. */
  #rolledBack(): StreamsError {
    if (!this.lost.aborted) {
      this.#context.notify({
        kind: 'rolled-back',
        message: `the server went back in time (restored from an older copy, or a replica took over that lacked the last writes): ${this.#name()} begins again from what the server has`,
        details: { group: this.group, partition: this.partition, epoch: this.epoch },
      });
    }
    this.lose();
    return this.#fenced();
  }

  #name(): string {
    return `the lease of partition ${this.partition} of group ${this.group}`;
  }

  #fenced(): StreamsError {
    return new StreamsError(
      'FENCED',
      `${this.#name()} (epoch ${this.epoch}) is no longer held by this member`,
    );
  }
}
