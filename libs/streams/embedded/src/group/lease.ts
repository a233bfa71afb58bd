import { anySignal, type Delivery, type Position, StreamsError } from '@millrace/streams';
import { type Commit, type Lease, LeaseReader, LeaseStates } from '@millrace/streams/driver';
import { offsetOf } from '../log/offsets.ts';
import { maxTakenBytes } from '../log/partition-reader.ts';
import { monotonicNow } from './clock.ts';
import { DedupeWindow } from './dedupe-window.ts';
import { LeaseCommits, type LeaseContext } from './lease-commits.ts';
import { type Loss, lossNotice, type TopicCursor } from './topic-cursor.ts';

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
  readonly #states: LeaseStates;
  readonly #reader: LeaseReader<TopicCursor>;
  readonly #commits: LeaseCommits;
  readonly #stopListening: () => void;
  #expires: number;
  #dedupe: DedupeWindow | undefined;
  #report: NodeJS.Timeout | undefined;

  constructor(context: LeaseContext, { expires, onGone }: LeaseStart) {
    const { engine, topics, options } = context;
    this.#context = context;
    this.group = context.group.name;
    this.partition = context.number;
    this.epoch = context.epoch;
    this.token = context.token;
    this.#expires = expires;
    this.#states = new LeaseStates(this, () => {
      clearTimeout(this.#report);
      engine.deliveryReports.delete(this.#reportDelivered);
      this.#stopListening();
      onGone(this);
      engine.notifier.wake();
    });
    this.revoked = this.#states.revoked;
    this.lost = this.#states.lost;
    this.#commits = new LeaseCommits(context, () => this.#dedupeIds());
    this.#reader = new LeaseReader(topics, {
      maxInFlight: options.maxInFlight,
      maxBytes: maxTakenBytes,
      end: anySignal([this.revoked, this.lost]),
      mayDeliver: () => monotonicNow() < this.#expires,
      takeIndividually: (topic) => this.#takeIndividually(topic),
      onTaken: (records) => this.#taken(records),
    });
    this.#stopListening = engine.notifier.onCommit(() => this.#reader.notify());
    engine.deliveryReports.add(this.#reportDelivered);
  }

  async fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> {
    const { engine, options: join } = this.#context;
    try {
      const taken = await this.#reader.fetch(max, options.signal);
      // A position that another database keeps must never be of a record that a power failure takes away.
      if (taken.length > 0 && join.commitKind === 'external') await engine.walSync.sync();
      return taken;
    } catch (error) {
      throw engine.translate(error);
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
    this.#states.assertHeld();
    try {
      await this.#commits.store(commit);
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'FENCED') this.lose();
      throw error;
    }
  }

  /** The heartbeat was stored: the lease holds until then. */
  renew(expires: number): void {
    const ranOut = monotonicNow() >= this.#expires;
    this.#expires = expires;
    // A fetch that found it expired waits, and nobody else may commit anything.
    if (ranOut) this.#reader.notify();
  }

  get expires(): number {
    return this.#expires;
  }

  revoke(): void {
    this.#states.revoke();
  }

  lose(): void {
    this.#states.lose();
  }

  runOut(): void {
    this.#states.runOut();
  }

  get ranOut(): boolean {
    return this.#states.ranOut;
  }

  /**
   * Called inside a job: gives a lease that ran out back, unless somebody took it meanwhile; of what was in flight that is in
   * `oldestBefore` had an attempt. Returns the oldest in flight.
   */
  giveBackLate(oldestBefore: ReadonlySet<string>): ReadonlySet<string> {
    const { tables, group, number } = this.#context;
    if (!tables.leases.release(group.id, number, this.token)) return new Set();
    this.#commits.takeBackAttempt();
    const oldest = this.#commits.oldestInFlight();
    for (const [place, { topic, offset }] of oldest)
      if (oldestBefore.has(place)) this.#commits.countAttempt(topic, offset);
    return new Set(oldest.keys());
  }

  [Symbol.asyncDispose](): Promise<void> {
    const { engine, tables, group, number } = this.#context;
    return this.#states.release(async () => {
      clearTimeout(this.#report);
      await this.#commits.idle();
      await engine.write((transaction) => {
        if (!tables.leases.release(group.id, number, this.token)) return;
        this.#commits.takeBackAttempt();
        tables.groups.bumpVersion(group.id);
        transaction.announce();
      });
    });
  }

  #dedupeIds(): DedupeWindow {
    const { tables, group, number, options } = this.#context;
    this.#dedupe ??= new DedupeWindow(tables.dedupeIds, { group: group.id, number }, options.dedupeWindow);
    return this.#dedupe;
  }

  async #takeIndividually(topic: TopicCursor): Promise<Delivery | undefined> {
    const [delivery] = topic.take(1);
    if (delivery === undefined) return undefined;
    try {
      await this.#commits.recordAttempt(topic, delivery);
      return this.#states.gone ? undefined : delivery;
    } catch (error) {
      topic.takeBack(delivery);
      if (!(error instanceof StreamsError && error.code === 'FENCED')) throw error;
      this.lose();
      return undefined;
    }
  }

  /** For people who look at what is pending: under load commits say it, otherwise this does after a moment. */
  #taken(records: number): void {
    for (const topic of this.#context.topics) for (const loss of topic.takeLosses()) this.#reportLoss(loss);
    if (records === 0) return;
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
}
