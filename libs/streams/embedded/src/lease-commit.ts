import { type Commit, type Delivery, type Position, StreamsError } from '@millrace/streams';
import type { Partition } from './catalog.ts';
import { type Chunk, encodeChunks } from './chunk.ts';
import { monotonicNow } from './clock.ts';
import type { DedupeMemory } from './dedupe.ts';
import type { LeaseContext } from './lease-context.ts';
import type { LogTransaction } from './log-transaction.ts';
import type { TopicProgress } from './topic-progress.ts';

/** What a step settles in one topic. */
interface Settlement {
  readonly topic: TopicProgress;
  readonly count: number;
  readonly after: number;
}

/** The writes of a lease, each of them only while its token stands in the lease's row. */
export class LeaseCommit {
  readonly #context: LeaseContext;
  readonly #dedupe: () => DedupeMemory;
  /** Steps that are committed, in case the caller repeats one whose sync to disk failed. */
  readonly #landed: WeakSet<Commit> = new WeakSet();
  /** How far each topic was last said to be handed out. */
  readonly #reported: Map<TopicProgress, number> = new Map();
  #last: Promise<unknown> = Promise.resolve();
  /** The record handed out alone whose try was counted beforehand. */
  #tried: { readonly topic: TopicProgress; readonly offset: number; readonly attempt: number } | undefined;

  constructor(context: LeaseContext, dedupe: () => DedupeMemory) {
    this.#context = context;
    this.#dedupe = dedupe;
  }

  async store(step: Commit): Promise<void> {
    const { engine, options } = this.#context;
    if (!this.#landed.has(step)) {
      const storing = this.#last.then(() => this.#store(step));
      this.#last = storing.catch(() => undefined);
      await storing;
    }
    if (options.acks === 'all') await engine.disk.sync();
  }

  /** Resolves once every step handed in has been stored or refused. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** Stores that a try begins before the record is handed out, so that a crash in it counts. */
  async beginTry(topic: TopicProgress, delivery: Delivery): Promise<void> {
    const offset = Number(delivery.offset);
    const { attempt } = delivery;
    await this.#write(() => this.#setAttempts(topic.partition, offset, attempt));
    topic.attempts.set(offset, attempt);
    this.#tried = { topic, offset, attempt };
  }

  /** Called inside a job, at a clean release: the record in hand was not tried to its end. */
  takeBackTry(): void {
    const tried = this.#tried;
    if (tried === undefined || tried.topic.settled > tried.offset) return;
    this.#setAttempts(tried.topic.partition, tried.offset, tried.attempt - 1);
  }

  /** Stores how far records are handed out, unless that is known. */
  async reportHanded(): Promise<void> {
    const { tables, group } = this.#context;
    const news = this.#context.topics.filter(
      (topic) => topic.outstanding > 0 && topic.handed !== this.#reported.get(topic),
    );
    if (news.length === 0) return;
    await this.#write(() => {
      for (const topic of news)
        tables.groups.recordHanded(group.id, topic.partition, topic.handed, monotonicNow());
    });
    for (const topic of news) this.#reported.set(topic, topic.handed);
  }

  /** Tells the group where its topics stand after positions that live elsewhere were loaded; lag counts from there. */
  async recordSeek(): Promise<void> {
    const { tables, group, topics } = this.#context;
    await this.#write(() => {
      for (const { partition, settled } of topics) {
        tables.groups.settle(group.id, partition, { next: settled, handed: settled, at: 0 });
      }
    });
  }

  /** Moves the group past records that are gone, unless earlier ones are still to be settled. */
  async skipLoss(partition: Partition, next: number): Promise<void> {
    const { tables, group } = this.#context;
    await this.#write(() => {
      const topic = this.#context.topics.find((candidate) => candidate.partition === partition);
      if (topic?.settled !== next) return;
      tables.groups.settle(group.id, partition, { next, handed: topic.handed, at: monotonicNow() });
    });
  }

  async #store(step: Commit): Promise<void> {
    const { engine } = this.#context;
    const settlements = this.#settlements(step.acknowledged);
    const chunks = encodeChunks(step.outputs, engine.catalog.placesOf(step.outputs), engine.encoder);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.body.length, 0);
    await this.#write((transaction) => this.#apply(transaction, step, settlements, chunks), bytes, chunks);
    this.#landed.add(step);
    for (const { topic, count, after } of settlements) topic.settle(count, after);
    if (step.dedupeIds.length > 0) this.#dedupe().remember(step.dedupeIds);
    if (step.failed !== undefined) this.#recordFailure(step.failed);
    if (settlements.length > 0) engine.news.wake();
  }

  #settlements(records: readonly Position[]): Settlement[] {
    const byTopic = new Map<string, Position[]>();
    for (const record of records) {
      const own = byTopic.get(record.topic);
      if (own === undefined) byTopic.set(record.topic, [record]);
      else own.push(record);
    }
    return [...byTopic].map(([name, own]) => {
      const topic = this.#topic(name);
      return { topic, count: own.length, after: topic.afterSettling(own) };
    });
  }

  #apply(
    transaction: LogTransaction,
    step: Commit,
    settlements: readonly Settlement[],
    chunks: readonly Chunk[],
  ): void {
    const { tables, group, number } = this.#context;
    const at = monotonicNow();
    for (const { topic, count, after } of settlements) {
      const { partition, handed, attempts, outstanding } = topic;
      this.#reported.set(topic, handed);
      tables.groups.settle(group.id, partition, { next: after, handed, at: outstanding > count ? at : 0 });
      if (attempts.size > 0) tables.attempts.forget(group.id, partition, after);
    }
    for (const chunk of chunks) transaction.append(chunk);
    if (step.state.length > 0) tables.state.write(group.id, number, step.state);
    if (step.dedupeIds.length > 0) this.#dedupe().write(step.dedupeIds);
    if (step.failed !== undefined) {
      const { record, attempts } = step.failed;
      this.#setAttempts(this.#topic(record.topic).partition, Number(record.offset), attempts);
    }
  }

  #recordFailure(failed: NonNullable<Commit['failed']>): void {
    const offset = Number(failed.record.offset);
    this.#topic(failed.record.topic).attempts.set(offset, failed.attempts);
    if (this.#tried?.offset === offset) this.#tried = undefined;
  }

  #setAttempts(partition: Partition, offset: number, attempts: number): void {
    this.#context.tables.attempts.set(this.#context.group.id, partition, offset, attempts);
  }

  #write(
    job: (transaction: LogTransaction) => void,
    bytes = 0,
    chunks: readonly Chunk[] = [],
  ): Promise<void> {
    const { engine, tables, group, number, token, epoch } = this.#context;
    return engine.write(
      (transaction) => {
        for (const chunk of chunks) transaction.check(chunk.partition);
        if (!tables.leases.holds(group.id, number, token)) {
          throw new StreamsError(
            'FENCED',
            `The lease of partition ${number} of group ${group.name} (epoch ${epoch}) is held by another member: nothing of this step was stored`,
          );
        }
        job(transaction);
      },
      { bytes },
    );
  }

  #topic(name: string): TopicProgress {
    const topic = this.#context.topics.find((candidate) => candidate.partition.topic === name);
    if (topic !== undefined) return topic;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Group ${this.#context.group.name} does not read topic ${name}`,
    );
  }
}
