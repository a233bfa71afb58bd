import {
  type Commit,
  type Delivery,
  type JoinOptions,
  type Lease,
  type Position,
  StreamsError,
} from '@millrace/streams';
import { release, renew } from './commands/lease.ts';
import type { Context } from './context.ts';
import { hasCode, translate } from './errors.ts';
import { groupKeys, stateKey } from './keys.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { LeaseReader } from './lease-reader.ts';
import { LeaseSource } from './lease-source.ts';
import { knownIds, loadState } from './lease-state.ts';
import { LeaseSteps } from './lease-steps.ts';
import { reportLost } from './records-lost.ts';

export interface LeasePlace {
  readonly holder: LeaseHolder;
  readonly partition: number;
  readonly epoch: number;
  readonly options: JoinOptions;
  readonly topics: readonly string[];
  readonly onGone: (lease: RedisLease) => void;
  /** Told of each renewal how it went: the error, if there was one. */
  readonly onRenewed: (error?: unknown) => void;
}

/** A lease whose ownership every step proves by its token. */
export class RedisLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly #context: Context;
  readonly #place: LeasePlace;
  readonly #recall = new AbortController();
  readonly #lose = new AbortController();
  readonly #source: LeaseSource;
  readonly #reader: LeaseReader;
  readonly #steps: LeaseSteps;
  #tail: Promise<void> = Promise.resolve();
  #expires: number;
  #expiry: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;

  constructor(context: Context, place: LeasePlace, expires: number) {
    this.#context = context;
    this.#place = place;
    this.group = place.holder.group;
    this.partition = place.partition;
    this.epoch = place.epoch;
    this.revoked = this.#recall.signal;
    this.lost = this.#lose.signal;
    const end = AbortSignal.any([this.revoked, this.lost]);
    const sourcePlace = { ...place, end, onLost: () => this.lose() };
    this.#source = new LeaseSource(context, sourcePlace);
    this.#steps = new LeaseSteps(context, sourcePlace, () => this.#source.fetches);
    this.#reader = new LeaseReader(this.#source, place.options.maxInFlight, end);
    this.#expires = expires;
  }

  /** Makes everything pending its own and finishes what the last owner had begun to send. */
  async begin(careful: boolean): Promise<void> {
    this.#watch();
    await this.#source.takeOver(careful);
    await this.#steps.deliver();
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
      if (!this.#place.topics.includes(topic) || partition !== this.partition) {
        throw new StreamsError('INVALID_ARGUMENT', `${this.#name()} does not cover ${topic}:${partition}`);
      }
      offsets.set(topic, offset);
    }
    try {
      for (const feed of this.#source.feeds)
        await this.#source.seek(feed, offsets.get(feed.topic) ?? feed.origin);
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
      return await knownIds(this.#context.client.connection(), this.group, this.partition, ids);
    } catch (error) {
      throw this.#failed(error, 'dedupe ids could not be looked up');
    }
  }

  commit(step: Commit): Promise<void> {
    const committed = this.#tail.then(() => this.#commit(step));
    this.#tail = committed.catch(() => undefined);
    return committed;
  }

  async #commit(step: Commit): Promise<void> {
    if (this.lost.aborted || this.#disposed) throw this.#fenced();
    try {
      await this.#steps.store(step);
    } catch (error) {
      throw this.#failed(error, 'a commit failed');
    }
    this.#settled(step);
  }

  /** What cannot be renewed in time is lost by the lease's own clock. */
  renew(leaseMs: number): void {
    if (this.lost.aborted) return;
    const asked = performance.now();
    renew(this.#context.client.connection(), this.#place.holder, leaseMs).then(
      (ours) => {
        // The server counts from when it was asked, at the earliest.
        if (ours) this.#expires = Math.max(this.#expires, asked + leaseMs);
        else this.lose();
        this.#place.onRenewed();
      },
      (error: unknown) => {
        if (!this.lost.aborted) this.#place.onRenewed(error);
      },
    );
  }

  recall(): void {
    if (!this.revoked.aborted)
      this.#recall.abort(new StreamsError('FENCED', `${this.#name()} goes to another member`));
  }

  lose(): void {
    if (this.lost.aborted) return;
    clearTimeout(this.#expiry);
    this.#lose.abort(this.#fenced());
    this.#place.onGone(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#release();
    return this.#disposed;
  }

  async #release(): Promise<void> {
    if (this.lost.aborted) return;
    this.recall();
    try {
      await this.#tail;
      await this.#reader.idle();
      const runs = this.#source.feeds.flatMap((feed) =>
        [...feed.triedRuns()].map(([tries, ids]) => ({ stream: feed.stream, tries, ids })),
      );
      const { channel } = groupKeys(this.group);
      const { streams } = this.#source;
      const clean = !this.#source.feeds.some((feed) => feed.redeliveries.some(({ careful }) => careful));
      if (this.lost.aborted) return;
      const lost = await release(this.#context.client.connection(), this.#place.holder, {
        streams,
        channel,
        clean,
        runs,
      });
      const { group, partition } = this;
      for (const [index, ids] of lost.entries()) {
        const topic = this.#place.topics[index] ?? '';
        reportLost(this.#context.notify, { group, topic, partition, ids });
      }
    } catch {
      // The lease runs out by itself.
    } finally {
      this.lose();
    }
  }

  #settled(step: Commit): void {
    const offsets = new Map<string, string[]>();
    for (const { topic, offset } of step.acknowledged) {
      const known = offsets.get(topic);
      if (known) known.push(offset);
      else offsets.set(topic, [offset]);
    }
    for (const feed of this.#source.feeds) feed.settle(offsets.get(feed.topic) ?? []);
    const { failed } = step;
    if (failed)
      this.#source.feeds
        .find((each) => each.topic === failed.record.topic)
        ?.failed(failed.record.offset, failed.attempts);
    this.#reader.changed();
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
      if (this.#expires <= performance.now()) this.lose();
      else this.#watch();
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
