import { StreamsError } from '@millrace/streams';
import { byTopic, type Commit, CommitSequence, type JoinOptions } from '@millrace/streams/driver';
import { maxRecordBytes } from '../catalog/topic-defaults.ts';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { assertSize } from '../producer/partition-batches.ts';
import type { PlacedRecord } from '../producer/transaction-staging.ts';
import { TransactionalProducer } from '../producer/transactional-producer.ts';
import type { OffsetToCommit } from '../wire/offsets.ts';
import type { Changelog } from './changelog.ts';
import { type OffsetCommitOptions, OffsetCommits } from './offset-commits.ts';
import type { AttemptMarker, TopicCursor } from './topic-cursor.ts';

/** A take-over ends what a dead owner left open long before this. */
const transactionTimeoutMs = 60_000;

export interface LeaseCommitOptions extends OffsetCommitOptions {
  readonly name: string;
  readonly partition: number;
  readonly options: JoinOptions;
  /** Of the member, for all its leases. */
  readonly commits: Connections;
}

/** What a step settles in one topic. */
interface TopicCommit {
  readonly cursor: TopicCursor;
  readonly count: number;
  readonly commit: OffsetToCommit;
  /** The record that is tried next and alone: its try is stored by the same commit. */
  readonly next?: AttemptMarker;
}

/** The writes of a lease, one after another. */
export class LeaseCommits {
  changelog: Changelog | undefined;
  readonly #place: LeaseCommitOptions;
  readonly #connections: Connections;
  readonly #maxRecordBytes: number;
  readonly #producer: TransactionalProducer | undefined;
  readonly #offsets: OffsetCommits;
  readonly #sequence = new CommitSequence<Commit>();
  #cursors: readonly TopicCursor[] = [];
  /** A step of which nobody knows yet whether it landed. */
  #unfinished: { readonly step: Commit; readonly topicCommits: readonly TopicCommit[] } | undefined;
  /** Nobody can tell how the last step ended: nothing more is committed. */
  #ended: StreamsError | undefined;
  /** The record handed out alone whose try was counted beforehand. */
  #tried: { readonly cursor: TopicCursor; readonly next: AttemptMarker } | undefined;

  constructor(context: Context, place: LeaseCommitOptions) {
    this.#place = place;
    this.#connections = place.commits.share();
    this.#offsets = new OffsetCommits(this.#connections, place);
    this.#maxRecordBytes = maxRecordBytes(context.topics);
    if (place.options.commitKind === 'atomic') {
      this.#producer = new TransactionalProducer(context.cluster, this.#connections, {
        transactionalId: `${place.group}-${place.partition}`,
        timeoutMs: transactionTimeoutMs,
        compression: context.compression,
        signal: place.lost,
      });
    }
  }

  /** Fences former owners. */
  async open(): Promise<void> {
    await this.#producer?.open();
  }

  /** From now on what is handed out may have been tried: whoever comes after a crash knows by this. */
  async begin(cursors: readonly TopicCursor[]): Promise<void> {
    this.#cursors = cursors;
    await this.move(cursors);
  }

  /** Tells the group where these stand, which may be behind what the changelog said: it is told too, at once. */
  move(cursors: readonly TopicCursor[]): Promise<void> {
    return this.#note(cursors, this.changelog);
  }

  /** Tells the group where these stand, without a record settled. */
  note(cursors: readonly TopicCursor[]): Promise<void> {
    return this.#note(cursors, undefined);
  }

  #note(cursors: readonly TopicCursor[], changelog: Changelog | undefined): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      const offsets = cursors.map((cursor) => cursor.after([], this.#place.name));
      await this.#commit(offsets, changelog?.positionRecords(offsets) ?? []);
      for (const [index, cursor] of cursors.entries()) cursor.settle(0, offsets[index]?.offset ?? 0);
    });
  }

  /** Stores that a try begins before the record is handed out, so that a crash in it counts. */
  recordAttempt(cursor: TopicCursor, next: AttemptMarker): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      await this.#commitPlainly([cursor.after([], this.#place.name, next)]);
      this.#begin(cursor, next);
    });
  }

  store(step: Commit): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      if (this.#sequence.isStored(step)) return;
      const topicCommits = this.#topicCommits(step);
      await this.#write(step, topicCommits);
      this.#settle(step, topicCommits);
    });
  }

  /** The end of a lease that is given back: what is in hand counts as not tried. */
  release(): Promise<void> {
    return this.#sequence.run(async () => {
      await this.#finish();
      const tried = this.#tried;
      if (tried) tried.cursor.withdraw(tried.next.offset);
      await this.#commitPlainly(this.#cursors.map((cursor) => cursor.after([], undefined)));
    });
  }

  close(): void {
    this.#connections.close();
  }

  /** Learns whether the last step landed, when its end was never answered. */
  async #finish(): Promise<void> {
    if (this.#ended) throw this.#ended;
    const unfinished = this.#unfinished;
    if (!unfinished) return;
    try {
      await this.#producer?.finish();
    } catch (error) {
      if (isTransient(error)) throw error;
      this.#ended = new StreamsError(
        'FENCED',
        `nobody can tell whether the last step landed: ${translate(error, '').message}`,
      );
      throw this.#ended;
    }
    this.#settle(unfinished.step, unfinished.topicCommits);
  }

  async #write(step: Commit, topicCommits: readonly TopicCommit[]): Promise<void> {
    for (const record of step.outputs) assertSize(record, this.#maxRecordBytes);
    const offsets = topicCommits.map(({ commit }) => commit);
    const records = [...step.outputs, ...(this.changelog?.records(step) ?? [])];
    const positions = records.length > 0 ? (this.changelog?.positionRecords(offsets) ?? []) : [];
    try {
      await this.#commit(offsets, [...records, ...positions]);
    } catch (error) {
      if (this.#producer?.uncertain) this.#unfinished = { step, topicCommits };
      throw error;
    }
  }

  /** Offsets and records in one transaction; without records the offsets alone. */
  async #commit(offsets: readonly OffsetToCommit[], records: readonly PlacedRecord[]): Promise<void> {
    if (records.length === 0) return await this.#commitPlainly(offsets);
    if (!this.#producer) {
      throw new StreamsError(
        'INVALID_ARGUMENT',
        'a step with outputs or state needs a group of atomic steps',
      );
    }
    await this.#offsets.refuseLateOnes();
    await this.#producer.commit({ records, group: this.#place.group, offsets });
  }

  async #commitPlainly(offsets: readonly OffsetToCommit[]): Promise<void> {
    await this.#producer?.renew();
    await this.#offsets.commit(offsets);
  }

  #topicCommits({ acknowledged: settled, failed }: Commit): TopicCommit[] {
    const topics = byTopic(settled);
    if (failed) {
      const cursor = this.#cursor(failed.record.topic);
      const offset = Number(failed.record.offset);
      cursor.tried(offset, failed.attempts);
      if (this.#tried?.cursor === cursor && this.#tried.next.offset === offset) this.#tried = undefined;
      if (!topics.has(failed.record.topic)) topics.set(failed.record.topic, []);
    }
    return [...topics].map(([topic, own]) => {
      const cursor = this.#cursor(topic);
      const next = this.#othersCareful(cursor) ? undefined : cursor.nextIndividually(own.length);
      const commit = cursor.after(own, this.#place.name, next);
      return { cursor, count: own.length, commit, ...(next ? { next } : {}) };
    });
  }

  #settle(step: Commit, topicCommits: readonly TopicCommit[]): void {
    this.#unfinished = undefined;
    this.#sequence.markStored(step);
    for (const { cursor, count, commit, next } of topicCommits) {
      cursor.settle(count, commit.offset);
      if (this.#tried?.cursor.acknowledgedBefore(this.#tried.next.offset + 1)) this.#tried = undefined;
      if (next) this.#begin(cursor, next);
    }
    this.changelog?.remember(step);
  }

  #begin(cursor: TopicCursor, next: AttemptMarker): void {
    cursor.begin(next);
    this.#tried = { cursor, next };
  }

  #othersCareful(cursor: TopicCursor): boolean {
    return this.#cursors.some((other) => other !== cursor && other.redeliverIndividually);
  }

  #cursor(topic: string): TopicCursor {
    const cursor = this.#cursors.find(({ place }) => place.topic === topic);
    if (cursor) return cursor;
    throw new StreamsError('INVALID_ARGUMENT', `group ${this.#place.group} does not read topic ${topic}`);
  }
}
