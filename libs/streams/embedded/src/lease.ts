import { type Commit, type Delivery, type Lease, type Position, StreamsError } from '@millrace/streams';
import { monotonicNow } from './clock.ts';
import { DedupeMemory } from './dedupe.ts';
import { LeaseCommit } from './lease-commit.ts';
import type { LeaseContext } from './lease-context.ts';
import { LeaseReader } from './lease-fetch.ts';
import { type Loss, lossNotice } from './loss.ts';
import { offsetOf } from './offsets.ts';
import type { TopicProgress } from './topic-progress.ts';

const reportHandedMs = 25;

/** A lease whose ownership is proven by its token in the lease's row. */
export class EmbeddedLease implements Lease {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: AbortSignal;
  readonly lost: AbortSignal;
  readonly token: string;
  readonly #context: LeaseContext;
  readonly #recall: AbortController = new AbortController();
  readonly #lose: AbortController = new AbortController();
  readonly #reader: LeaseReader;
  readonly #commit: LeaseCommit;
  #expires: number;
  #dedupe: DedupeMemory | undefined;
  #report: NodeJS.Timeout | undefined;
  #disposed: Promise<void> | undefined;

  constructor(context: LeaseContext, expires: number) {
    this.#context = context;
    this.group = context.group.name;
    this.partition = context.number;
    this.epoch = context.epoch;
    this.token = context.token;
    this.revoked = this.#recall.signal;
    this.lost = this.#lose.signal;
    this.#expires = expires;
    this.#reader = new LeaseReader(context.engine, context.topics, {
      window: context.options.maxInFlight,
      beginTry: (topic, delivery) => this.#beginTry(topic, delivery),
      onLoss: (loss) => this.#reportLoss(loss),
    });
    this.#commit = new LeaseCommit(context, () => this.#remembered());
    context.engine.reports.add(this.#reportHanded);
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { news, disk, translate } = this.#context.engine;
    try {
      while (!(options.signal.aborted || this.revoked.aborted || this.lost.aborted)) {
        const { version } = news;
        const taken = monotonicNow() < this.#expires ? await this.#reader.take(max) : [];
        if (taken.length > 0) {
          this.#reportHandedSoon();
          // A position that another database keeps must never be of a record that a power failure takes away.
          if (this.#context.options.commitKind === 'external') await disk.sync();
          return taken;
        }
        await news.after(version, options.signal);
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
      await this.#commit.recordSeek();
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
      return this.#remembered().known(ids);
    } catch (error) {
      throw this.#context.engine.translate(error);
    }
  }

  async commit(step: Commit): Promise<void> {
    if (this.lost.aborted || this.#disposed !== undefined) throw this.#fenced();
    try {
      await this.#commit.store(step);
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'FENCED') this.lose();
      throw error;
    }
  }

  /** The member was seen alive: the lease holds until then. */
  prolong(expires: number): void {
    const ranOut = monotonicNow() >= this.#expires;
    this.#expires = expires;
    // A fetch that found it run out waits for news, and nobody else may have any.
    if (ranOut) this.#context.engine.news.wake();
  }

  get expires(): number {
    return this.#expires;
  }

  recall(): void {
    if (this.revoked.aborted) return;
    this.#recall.abort(new StreamsError('FENCED', `${this.#name()} goes to another member`));
    this.#context.engine.news.wake();
  }

  lose(): void {
    if (this.lost.aborted) return;
    clearTimeout(this.#report);
    this.#context.engine.reports.delete(this.#reportHanded);
    this.#lose.abort(this.#fenced());
    this.#context.onGone(this);
    this.#context.engine.news.wake();
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
      await this.#commit.settled();
      await engine.write((transaction) => {
        if (!tables.leases.release(group.id, number, this.token)) return;
        this.#commit.takeBackTry();
        tables.groups.bumpVersion(group.id);
        transaction.announce();
      });
    } finally {
      this.lose();
    }
  }

  #remembered(): DedupeMemory {
    const { tables, group, number, options } = this.#context;
    this.#dedupe ??= new DedupeMemory(tables.seen, { group: group.id, number }, options.dedupeWindow);
    return this.#dedupe;
  }

  async #beginTry(topic: TopicProgress, delivery: Delivery): Promise<boolean> {
    try {
      await this.#commit.beginTry(topic, delivery);
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
  #reportHandedSoon(): void {
    this.#report ??= setTimeout(() => {
      this.#report = undefined;
      void this.#reportHanded();
    }, reportHandedMs);
  }

  readonly #reportHanded = async (): Promise<void> => {
    if (!this.lost.aborted) await this.#commit.reportHanded().catch(() => undefined);
  };

  /**
   * Positions beyond the log's end are of a log that was set back to an older copy. What is written now would be taken for
   * what was handled before, so the group goes on where it stands in this log.
   */
  #seekTarget(topic: TopicProgress, wanted: number): number {
    const { engine } = this.#context;
    const next = engine.offsets.bounds(topic.partition)?.next ?? 0;
    if (wanted <= next) return wanted;
    const { topic: name, number: partition } = topic.partition;
    engine.notify({
      kind: 'records-lost',
      message: `Group ${this.group} had handled ${name}:${partition} up to offset ${wanted - 1}, but the log ${engine.file} ends before ${next}: it was set back to an older copy. ${wanted - next} records are gone, and the group goes on at offset ${topic.settled}, where it stands in this log`,
      details: { group: this.group, topic: name, partition, from: next, through: wanted - 1 },
    });
    return topic.settled;
  }

  #reportLoss(loss: Loss): void {
    this.#context.engine.notify(lossNotice(this.group, loss));
    this.#commit.skipLoss(loss.partition, loss.through + 1).catch(() => undefined);
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
