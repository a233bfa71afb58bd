import { type Commit, type Delivery, type Lease, type Position, StreamsError } from '@millrace/streams';
import { offsetOf } from '../log/offsets.ts';
import { monotonicNow } from './clock.ts';
import { DedupeWindow } from './dedupe-window.ts';
import type { LeaseContext } from './lease-commits.ts';
import { LeaseCommits } from './lease-commits.ts';
import { LeaseReader } from './lease-reader.ts';
import type { TopicCursor } from './topic-cursor.ts';
import { type Loss, lossNotice } from './topic-cursor.ts';

const reportDeliveredMs = 25;

interface LeaseStart {
  /** By the monotonic clock, unless it is renewed. */
  readonly expires: number;
  /** The lease was released or lost. */
  readonly onGone: (lease: EmbeddedLease) => void;
}

/** A lease whose ownership is proven by its token in the lease's row. */
export class EmbeddedLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly token: string;
  readonly #context: LeaseContext;
  readonly #revoke: AbortController = new AbortController();
  readonly #lose: AbortController = new AbortController();
  readonly #reader: LeaseReader;
  readonly #commits: LeaseCommits;
  readonly #onGone: (lease: EmbeddedLease) => void;
  #expires: number;
  #dedupe: DedupeWindow | undefined;
  #report: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;

  constructor(context: LeaseContext, { expires, onGone }: LeaseStart) {
    this.#context = context;
    this.group = context.group.name;
    this.partition = context.number;
    this.epoch = context.epoch;
    this.token = context.token;
    this.revoked = this.#revoke.signal;
    this.lost = this.#lose.signal;
    this.#expires = expires;
    this.#onGone = onGone;
    this.#reader = new LeaseReader(context.engine, context.topics, {
      window: context.options.maxInFlight,
      recordAttempt: (topic, delivery) => this.#recordAttempt(topic, delivery),
      onLoss: (loss) => this.#reportLoss(loss),
    });
    this.#commits = new LeaseCommits(context, () => this.#dedupeIds());
    context.engine.deliveryReports.add(this.#reportDelivered);
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { notifier, walSync, translate } = this.#context.engine;
    try {
      while (!(options.signal.aborted || this.revoked.aborted || this.lost.aborted)) {
        const { version } = notifier;
        const taken = monotonicNow() < this.#expires ? await this.#reader.take(max) : [];
        if (taken.length > 0) {
          this.#reportDeliveredSoon();
          // A position that another database keeps must never be of a record that a power failure takes away.
          if (this.#context.options.commitKind === 'external') await walSync.sync();
          return taken;
        }
        await notifier.after(version, options.signal);
      }
      return [];
    } catch (error) {
      throw translate(error);
    }
  }

  async seek(positions: readonly Position[]): Promise<void> {
    const { topics } = this.#context;
    const unknown = positions.find(({ topic }) => !topics.some(({ partition }) => partition.topic === topic));
    if (unknown !== undefined) {
      throw new StreamsError('INVALID_ARGUMENT', `Group ${this.group} does not read topic ${unknown.topic}`);
    }
    for (const topic of topics) {
      const position = positions.find((candidate) => candidate.topic === topic.partition.topic);
      topic.seek(position && this.#seekTarget(topic, offsetOf(position, topic.partition) + 1));
    }
    try {
      await this.#commits.recordSeek();
    } catch (error) {
      throw this.#context.engine.translate(error);
    }
  }

  async load(store: string, keys: readonly string[]): Promise<(string | undefined)[]> {
    const { engine, tables, group, number } = this.#context;
    try {
      const id = tables.state.find(group.id, number, store);
      return id === undefined ? keys.map(() => undefined) : tables.state.load(id, keys);
    } catch (error) {
      throw engine.translate(error);
    }
  }

  async knownDedupeIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      return this.#dedupeIds().known(ids);
    } catch (error) {
      throw this.#context.engine.translate(error);
    }
  }

  async commit(commit: Commit): Promise<void> {
    if (this.lost.aborted || this.#disposed !== undefined) throw this.#fenced();
    try {
      await this.#commits.store(commit);
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'FENCED') this.lose();
      throw error;
    }
  }

  /** The member was seen alive: the lease holds until then. */
  renew(expires: number): void {
    const ranOut = monotonicNow() >= this.#expires;
    this.#expires = expires;
    // A fetch that found it run out waits for news, and nobody else may have any.
    if (ranOut) this.#context.engine.notifier.wake();
  }

  get expires(): number {
    return this.#expires;
  }

  revoke(): void {
    if (this.revoked.aborted) return;
    this.#revoke.abort(new StreamsError('FENCED', `${this.#name()} goes to another member`));
    this.#context.engine.notifier.wake();
  }

  lose(): void {
    if (this.lost.aborted) return;
    clearTimeout(this.#report);
    this.#context.engine.deliveryReports.delete(this.#reportDelivered);
    this.#lose.abort(this.#fenced());
    this.#onGone(this);
    this.#context.engine.notifier.wake();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#release();
    return this.#disposed;
  }

  async #release(): Promise<void> {
    clearTimeout(this.#report);
    if (this.lost.aborted) return;
    const { engine, tables, group, number } = this.#context;
    try {
      await this.#commits.idle();
      await engine.write((transaction) => {
        if (!tables.leases.release(group.id, number, this.token)) return;
        this.#commits.takeBackAttempt();
        tables.groups.bumpVersion(group.id);
        transaction.announce();
      });
    } finally {
      this.lose();
    }
  }

  #dedupeIds(): DedupeWindow {
    const { tables, group, number, options } = this.#context;
    this.#dedupe ??= new DedupeWindow(tables.dedupeIds, { group: group.id, number }, options.dedupeWindow);
    return this.#dedupe;
  }

  async #recordAttempt(topic: TopicCursor, delivery: Delivery): Promise<boolean> {
    try {
      await this.#commits.recordAttempt(topic, delivery);
      return !this.lost.aborted;
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'FENCED') {
        this.lose();
        return false;
      }
      throw error;
    }
  }

  /** For people who look at what is pending: under load commits say it, otherwise this does after a moment. */
  #reportDeliveredSoon(): void {
    this.#report ??= setTimeout(() => {
      this.#report = undefined;
      void this.#reportDelivered();
    }, reportDeliveredMs);
  }

  readonly #reportDelivered = async (): Promise<void> => {
    if (!this.lost.aborted) await this.#commits.reportDelivered().catch(() => undefined);
  };

  /**
   * Positions beyond the log's end are of a log that was set back to an older copy. What is written now would be taken for
   * what was handled before, so the group goes on where it stands in this log.
   */
  #seekTarget(topic: TopicCursor, wanted: number): number {
    const { engine } = this.#context;
    const next = engine.offsets.bounds(topic.partition)?.next ?? 0;
    if (wanted <= next) return wanted;
    const { topic: name, number: partition } = topic.partition;
    engine.notify({
      kind: 'records-lost',
      message: `Group ${this.group} had handled ${name}:${partition} up to offset ${wanted - 1}, but the log ${engine.file} ends before ${next}: it was set back to an older copy. ${wanted - next} records are gone, and the group goes on at offset ${topic.committed}, where it stands in this log`,
      details: { group: this.group, topic: name, partition, from: next, through: wanted - 1 },
    });
    return topic.committed;
  }

  #reportLoss(loss: Loss): void {
    this.#context.engine.notify(lossNotice(this.group, loss));
    this.#commits.skipLoss(loss.partition, loss.through + 1).catch(() => undefined);
  }

  #name(): string {
    return `The lease of partition ${this.partition} of group ${this.group}`;
  }

  #fenced(): StreamsError {
    return new StreamsError(
      'FENCED',
      `${this.#name()} (epoch ${this.epoch}) is no longer held by this member`,
    );
  }
}
