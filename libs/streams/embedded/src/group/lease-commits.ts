import { type Delivery, type Position, StreamsError } from '@millrace/streams';
import { byTopic, type Commit, CommitSequence, type JoinOptions } from '@millrace/streams/driver';
import type { Partition } from '../log/catalog.ts';
import { type EncodedBatch, encodeBatches } from '../log/encoded-batch.ts';
import type { LogEngine } from '../log/log-engine.ts';
import type { LogTransaction } from '../log/log-transaction.ts';
import { monotonicNow } from './clock.ts';
import type { DedupeWindow } from './dedupe-window.ts';
import type { Group } from './group-table.ts';
import type { Tables } from './tables.ts';
import type { TopicCursor } from './topic-cursor.ts';

/** What a lease needs to know about itself. */
export interface LeaseContext {
  readonly engine: LogEngine;
  readonly tables: Tables;
  readonly group: Group;
  readonly number: number;
  readonly epoch: number;
  readonly token: string;
  readonly options: JoinOptions;
  readonly topics: readonly TopicCursor[];
}

/** What a commit acknowledges in one topic. */
interface TopicCommit {
  readonly topic: TopicCursor;
  readonly count: number;
  readonly after: number;
}

/** The writes of a lease, each of them only while its token stands in the lease's row. */
export class LeaseCommits {
  readonly #context: LeaseContext;
  readonly #dedupe: () => DedupeWindow;
  readonly #sequence: CommitSequence<Commit> = new CommitSequence();
  /** How far each topic was last reported as delivered. */
  readonly #reported: Map<TopicCursor, number> = new Map();
  /** The record delivered alone whose attempt was counted beforehand. */
  #recordedAttempt:
    | { readonly topic: TopicCursor; readonly offset: number; readonly attempt: number }
    | undefined;

  constructor(context: LeaseContext, dedupe: () => DedupeWindow) {
    this.#context = context;
    this.#dedupe = dedupe;
  }

  async store(commit: Commit): Promise<void> {
    const { engine, options } = this.#context;
    await this.#sequence.store(commit, () => this.#store(commit));
    if (options.acks === 'all') await engine.walSync.sync();
  }

  /** Resolves once every commit passed in has been stored or refused. */
  idle(): Promise<void> {
    return this.#sequence.idle();
  }

  /** Stores that an attempt begins before the record is delivered, so that a crash in it counts. */
  async recordAttempt(topic: TopicCursor, delivery: Delivery): Promise<void> {
    const offset = Number(delivery.offset);
    const { attempt } = delivery;
    await this.#write(() => this.#setAttempts(topic.partition, offset, attempt));
    topic.attempts.set(offset, attempt);
    this.#recordedAttempt = { topic, offset, attempt };
  }

  /** Called inside a job, at a clean release: the record in flight did not reach the end of its attempt. */
  takeBackAttempt(): void {
    const recorded = this.#recordedAttempt;
    if (recorded === undefined || recorded.topic.committed > recorded.offset) return;
    this.#setAttempts(recorded.topic.partition, recorded.offset, recorded.attempt - 1);
  }

  /** The oldest record in flight of each topic, by its place. */
  oldestInFlight(): ReadonlyMap<string, { readonly topic: TopicCursor; readonly offset: number }> {
    return new Map(
      this.#context.topics.flatMap((topic) => {
        const offset = topic.oldestInFlight;
        return offset === undefined ? [] : [[`${topic.partition.id}:${offset}`, { topic, offset }] as const];
      }),
    );
  }

  /** Called inside a job, after {@link takeBackAttempt}. */
  countAttempt(topic: TopicCursor, offset: number): void {
    this.#setAttempts(topic.partition, offset, topic.earlierAttempts(offset) + 1);
  }

  /** Stores how far records are delivered, unless that is known. */
  async reportDelivered(): Promise<void> {
    const { tables, group } = this.#context;
    const changed = this.#context.topics.filter(
      (topic) => topic.unacknowledged > 0 && topic.delivered !== this.#reported.get(topic),
    );
    if (changed.length === 0) return;
    await this.#write(() => {
      for (const topic of changed)
        tables.groups.recordDelivered(group.id, topic.partition, topic.delivered, monotonicNow());
    });
    for (const topic of changed) this.#reported.set(topic, topic.delivered);
  }

  /** Tells the group where its topics stand after positions that live elsewhere were loaded; lag counts from there. */
  async recordSeek(): Promise<void> {
    const { tables, group, topics } = this.#context;
    await this.#write(() => {
      for (const { partition, committed } of topics) {
        tables.groups.commitPosition(group.id, partition, { next: committed, delivered: committed, at: 0 });
      }
    });
  }

  /** Moves the group past records that are gone, unless earlier ones are still to be acknowledged. */
  async skipLoss(partition: Partition, next: number): Promise<void> {
    const { tables, group } = this.#context;
    await this.#write(() => {
      const topic = this.#context.topics.find((candidate) => candidate.partition === partition);
      if (topic?.committed !== next) return;
      tables.groups.commitPosition(group.id, partition, {
        next,
        delivered: topic.delivered,
        at: monotonicNow(),
      });
    });
  }

  async #store(commit: Commit): Promise<void> {
    const { engine } = this.#context;
    const commits = this.#topicCommits(commit.acknowledged);
    const batches = encodeBatches(
      commit.outputs,
      engine.catalog.partitionsOf(commit.outputs),
      engine.encoder,
    );
    const bytes = batches.reduce((sum, batch) => sum + batch.body.length, 0);
    await this.#write((transaction) => this.#apply(transaction, commit, commits, batches), bytes, batches);
    for (const { topic, count, after } of commits) topic.commit(count, after);
    if (commit.dedupeIds.length > 0) this.#dedupe().remember(commit.dedupeIds);
    if (commit.failed !== undefined) this.#recordFailure(commit.failed);
    if (commits.length > 0) engine.notifier.wake();
  }

  #topicCommits(records: readonly Position[]): TopicCommit[] {
    return [...byTopic(records)].map(([name, own]) => {
      const topic = this.#topic(name);
      return { topic, count: own.length, after: topic.offsetAfter(own) };
    });
  }

  #apply(
    transaction: LogTransaction,
    commit: Commit,
    commits: readonly TopicCommit[],
    batches: readonly EncodedBatch[],
  ): void {
    const { tables, group, number } = this.#context;
    const at = monotonicNow();
    for (const { topic, count, after } of commits) {
      const { partition, delivered, attempts, unacknowledged } = topic;
      this.#reported.set(topic, delivered);
      tables.groups.commitPosition(group.id, partition, {
        next: after,
        delivered,
        at: unacknowledged > count ? at : 0,
      });
      if (attempts.size > 0) tables.attempts.forget(group.id, partition, after);
    }
    for (const batch of batches) transaction.append(batch);
    if (commit.state.length > 0) tables.state.write(group.id, number, commit.state);
    if (commit.dedupeIds.length > 0) this.#dedupe().write(commit.dedupeIds);
    if (commit.failed !== undefined) {
      const { record, attempts } = commit.failed;
      this.#setAttempts(this.#topic(record.topic).partition, Number(record.offset), attempts);
    }
  }

  #recordFailure(failed: NonNullable<Commit['failed']>): void {
    const offset = Number(failed.record.offset);
    this.#topic(failed.record.topic).attempts.set(offset, failed.attempts);
    if (this.#recordedAttempt?.offset === offset) this.#recordedAttempt = undefined;
  }

  #setAttempts(partition: Partition, offset: number, attempts: number): void {
    this.#context.tables.attempts.set(this.#context.group.id, partition, offset, attempts);
  }

  #write(
    job: (transaction: LogTransaction) => void,
    bytes = 0,
    batches: readonly EncodedBatch[] = [],
  ): Promise<void> {
    const { engine, tables, group, number, token, epoch } = this.#context;
    return engine.write(
      (transaction) => {
        for (const batch of batches) transaction.check(batch.partition);
        if (!tables.leases.holds(group.id, number, token)) {
          throw new StreamsError(
            'FENCED',
            `The lease of partition ${number} of group ${group.name} (epoch ${epoch}) is held by another member: nothing of this commit was stored`,
          );
        }
        job(transaction);
      },
      { bytes },
    );
  }

  #topic(name: string): TopicCursor {
    const topic = this.#context.topics.find((candidate) => candidate.partition.topic === name);
    if (topic !== undefined) return topic;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Group ${this.#context.group.name} does not read topic ${name}`,
    );
  }
}
