import type { Connections } from '../client/connections.ts';
import { isKafkaError, KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { partitionName } from '../offsets.ts';
import { type BatchRecord, encodeBatch } from '../wire/batch-encoder.ts';
import type { Compression } from '../wire/compression.ts';
import { type OffsetToCommit, txnOffsetCommitRequest } from '../wire/offsets.ts';
import type { ProducedBatch } from '../wire/produce.ts';
import {
  addOffsetsRequest,
  addPartitionsRequest,
  type NamedProducer,
  type PartitionCode,
} from '../wire/transactions.ts';
import type { CoordinatorRequests } from './coordinator-requests.ts';
import { halves, nextRound, type PartitionBatch, partitionBatches } from './partition-batches.ts';
import { isTooLarge, replicateWithinMs, sendRound } from './send-round.ts';
import { Sequences } from './sequences.ts';

export interface PlacedRecord extends BatchRecord {
  readonly topic: string;
  readonly partition: number;
}

/** What one transaction stores. */
export interface Transaction {
  readonly records: readonly PlacedRecord[];
  readonly group: string;
  readonly offsets: readonly OffsetToCommit[];
  readonly onStored?: (record: PlacedRecord, offset: number) => void;
}

const operationNotAttempted = 55;
const noMember = { id: '', generation: -1 } as const;

export interface StagingOptions {
  readonly compression: Compression;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

/** What a transactional producer sends before it ends a transaction. */
export class TransactionStaging {
  readonly #connections: Connections;
  readonly #options: StagingOptions;
  readonly #requests: CoordinatorRequests;
  readonly #sequences = new Sequences();

  constructor(connections: Connections, requests: CoordinatorRequests, options: StagingOptions) {
    this.#connections = connections;
    this.#requests = requests;
    this.#options = options;
  }

  /** The producer was opened: its batches are numbered anew. */
  begin(): void {
    this.#sequences.clear();
  }

  /** All of it has ended when this settles, also when a part of it failed. */
  async stage(producer: NamedProducer, { records, group, offsets, onStored }: Transaction): Promise<void> {
    const batches = partitionBatches(records);
    const begun: Promise<unknown>[] = [];
    if (batches.length > 0) begun.push(this.#addPartitions(producer, batches));
    if (offsets.length > 0) begun.push(this.#addOffsets(producer, group));
    await all(begun);
    const staged: Promise<unknown>[] = [this.#produce(producer, batches, onStored)];
    if (offsets.length > 0) staged.push(this.#commitOffsets(producer, group, offsets));
    await all(staged);
  }

  async #addPartitions(
    producer: NamedProducer,
    places: readonly { readonly topic: string; readonly partition: number }[],
  ): Promise<void> {
    const unique = [...new Map(places.map((place) => [partitionName(place), place])).values()];
    let refused: PartitionCode | undefined;
    try {
      await this.#requests.ask(
        'transaction',
        producer.transactionalId,
        addPartitionsRequest(producer, unique),
        (codes) => {
          refused = refusedOf(codes);
          return refused?.errorCode ?? 0;
        },
      );
    } catch (error) {
      if (!refused || !isKafkaError(error)) throw error;
      // Whoever joins the group again finds that it is gone, and makes it again where it may.
      this.#connections.forgetIfStale(refused.topic, refused.errorCode);
      const doing = `${partitionName(refused)} cannot take part in a transaction of ${producer.transactionalId}`;
      throw new KafkaError(error.code, doing);
    }
  }

  async #addOffsets(producer: NamedProducer, group: string): Promise<void> {
    await this.#requests.ask(
      'transaction',
      producer.transactionalId,
      addOffsetsRequest(producer, group),
      (code) => code,
    );
  }

  async #commitOffsets(
    producer: NamedProducer,
    group: string,
    offsets: readonly OffsetToCommit[],
  ): Promise<void> {
    await this.#requests.ask(
      'group',
      group,
      txnOffsetCommitRequest(group, producer, noMember, offsets),
      (answers) => answers.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? 0,
    );
  }

  async #produce(
    producer: NamedProducer,
    batches: readonly PartitionBatch<PlacedRecord>[],
    onStored: Transaction['onStored'],
  ): Promise<void> {
    let left: readonly PartitionBatch<PlacedRecord>[] = batches;
    while (left.length > 0) {
      const { round, later } = nextRound(left);
      const encoded: ProducedBatch[] = await Promise.all(
        round.map(async ({ topic, partition, records }) => {
          const sequence = this.#sequences.next(topic, partition);
          const writer = { ...producer, sequence, transactional: true };
          return { topic, partition, batch: await encodeBatch(records, this.#options.compression, writer) };
        }),
      );
      const { bases, refused } = await this.#send(producer, encoded);
      const smaller: PartitionBatch<PlacedRecord>[] = [];
      for (const [index, batch] of round.entries()) {
        const error = refused.get(index);
        if (error !== undefined) {
          const parts = halves(batch);
          if (!parts) throw error;
          smaller.push(...parts);
          continue;
        }
        const { topic, partition, records } = batch;
        this.#sequences.advance(topic, partition, records.length);
        const base = bases[index] ?? -1;
        if (onStored) for (const [at, record] of records.entries()) onStored(record, base + at);
      }
      left = [...smaller, ...later];
    }
  }

  /** Returns the first offset of each batch, and by index the refusals of those that are too large for their topic. */
  async #send(
    { transactionalId }: NamedProducer,
    batches: readonly ProducedBatch[],
  ): Promise<{ readonly bases: readonly number[]; readonly refused: ReadonlyMap<number, unknown> }> {
    const bases = batches.map(() => -1);
    const refused = new Map<number, unknown>();
    let left = [...batches.keys()];
    await retry({ ms: retryWithinMs, signal: this.#options.signal }, async () => {
      const sending = left.map((index) => batches[index] as ProducedBatch);
      const outcomes = await sendRound(this.#connections, sending, {
        acks: -1,
        timeoutMs: replicateWithinMs,
        transactionalId,
      });
      for (const [at, { base, error }] of outcomes.entries()) {
        bases[left[at] ?? 0] = base;
        if (isTooLarge(error)) refused.set(left[at] ?? 0, error);
      }
      const failed = outcomes.find(({ error }) => error !== undefined && !isTooLarge(error));
      left = left.filter((index, at) => outcomes[at]?.error !== undefined && !refused.has(index));
      if (failed) throw failed.error;
    });
    return { bases, refused };
  }
}

/** The broker refuses all of them for the fault of one, and that one is the reason. */
function refusedOf(codes: readonly PartitionCode[]): PartitionCode | undefined {
  const refused = codes.filter(({ errorCode }) => errorCode !== 0);
  return refused.find(({ errorCode }) => errorCode !== operationNotAttempted) ?? refused[0];
}

/** All of them, also when one fails: nothing may still be under way when the transaction is ended. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
