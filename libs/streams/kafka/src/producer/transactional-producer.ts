import { StreamsError } from '@millrace/streams';
import type { Cluster } from '../client/cluster.ts';
import type { Connections } from '../client/connections.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import { type Patience, patienceMs, patiently } from '../client/patience.ts';
import { type BatchRecord, encodeBatch } from '../wire/batch-encoder.ts';
import type { Compression } from '../wire/compression.ts';
import { type OffsetToCommit, txnOffsetCommitRequest } from '../wire/offsets.ts';
import type { ProducedBatch } from '../wire/produce.ts';
import type { Request } from '../wire/request.ts';
import {
  addOffsetsRequest,
  addPartitionsRequest,
  endTransactionRequest,
  initProducerIdRequest,
  type NamedProducer,
} from '../wire/transactions.ts';
import { partitionBatches, rounds } from './partition-batches.ts';
import { replicateWithinMs, sendRound } from './send-round.ts';
import { Sequences } from './sequences.ts';
import { finishOwn } from './unfinished-transactions.ts';

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

export interface TransactionalOptions {
  readonly transactionalId: string;
  /** Milliseconds after which the broker ends a transaction that its producer left open. */
  readonly timeoutMs: number;
  readonly compression: Compression;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

const noMember = { id: '', generation: -1 } as const;

/**
 * One producer under a transactional id: opening it fences whoever used the id before and ends their transaction
 * (KIP-98). Transactions are one after another; the caller sees to that.
 */
export class TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #connections: Connections;
  readonly #options: TransactionalOptions;
  readonly #sequences = new Sequences();
  #producer: NamedProducer | undefined;
  /** The end of a transaction of which nobody knows whether it landed. */
  #unanswered = false;
  /** Nobody knows which batches of the last transaction were written. */
  #broken = false;

  constructor(cluster: Cluster, connections: Connections, options: TransactionalOptions) {
    this.#cluster = cluster;
    this.#connections = connections;
    this.#options = options;
  }

  /** Makes the id its own. Nothing of former owners is under way afterwards. */
  async open(): Promise<void> {
    try {
      await finishOwn(this.#cluster, this.#connections, this.#options.transactionalId);
    } catch {
      // A remedy for what hardly ever happens, for which not every user has the rights.
    }
    await this.#open(undefined);
  }

  /** The end of the last transaction was never answered: it is committed now, or it was; FENCED when nobody can tell. */
  async finish(): Promise<void> {
    if (this.#unanswered) await this.#end(this.#opened(), true);
  }

  /** True while nobody knows whether the last transaction landed. */
  get uncertain(): boolean {
    return this.#unanswered;
  }

  /**
   * Stores the transaction whole or not at all. After a retryable error of which `uncertain` says so, `finish` tells;
   * after another one nothing is stored.
   */
  async commit(transaction: Transaction): Promise<void> {
    if (this.#broken) await this.#open(this.#producer);
    const producer = this.#opened();
    try {
      await this.#stage(producer, transaction);
    } catch (error) {
      await this.#abort(producer);
      throw error;
    }
    await this.#end(producer, true);
  }

  async #open(own: NamedProducer | undefined): Promise<void> {
    const { transactionalId, timeoutMs } = this.#options;
    const request = initProducerIdRequest(transactionalId, timeoutMs, own);
    const answer = await this.#coordinator(request, ({ errorCode }) => errorCode);
    this.#sequences.clear();
    this.#unanswered = false;
    this.#broken = false;
    this.#producer = { transactionalId, id: answer.id, epoch: answer.epoch };
  }

  async #stage(producer: NamedProducer, { records, group, offsets, onStored }: Transaction): Promise<void> {
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
    const unique = [...new Map(places.map((place) => [`${place.topic}:${place.partition}`, place])).values()];
    await this.#coordinator(
      addPartitionsRequest(producer, unique),
      (codes) => codes.find((code) => code !== 0) ?? 0,
    );
  }

  async #addOffsets(producer: NamedProducer, group: string): Promise<void> {
    await this.#coordinator(addOffsetsRequest(producer, group), (code) => code);
  }

  async #commitOffsets(
    producer: NamedProducer,
    group: string,
    offsets: readonly OffsetToCommit[],
  ): Promise<void> {
    await patiently(this.#patience, () =>
      this.#connections.atCoordinator(
        'group',
        group,
        txnOffsetCommitRequest(group, producer, noMember, offsets),
        (answers) => answers.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? 0,
      ),
    );
  }

  async #produce(
    producer: NamedProducer,
    batches: readonly {
      readonly topic: string;
      readonly partition: number;
      readonly records: PlacedRecord[];
    }[],
    onStored: Transaction['onStored'],
  ): Promise<void> {
    for (const round of rounds(batches)) {
      const encoded: ProducedBatch[] = await Promise.all(
        round.map(async ({ topic, partition, records }) => {
          const sequence = this.#sequences.next(topic, partition);
          const writer = { ...producer, sequence, transactional: true };
          return { topic, partition, batch: await encodeBatch(records, this.#options.compression, writer) };
        }),
      );
      const bases = await this.#send(encoded);
      for (const [index, { topic, partition, records }] of round.entries()) {
        this.#sequences.advance(topic, partition, records.length);
        const base = bases[index] ?? -1;
        if (onStored) for (const [at, record] of records.entries()) onStored(record, base + at);
      }
    }
  }

  /** Answers the first offset of each batch. */
  async #send(batches: readonly ProducedBatch[]): Promise<number[]> {
    const { transactionalId } = this.#options;
    const bases = batches.map(() => -1);
    let left = [...batches.keys()];
    await patiently(this.#patience, async () => {
      const sending = left.map((index) => batches[index] as ProducedBatch);
      const outcomes = await sendRound(this.#connections, sending, {
        acks: -1,
        timeoutMs: replicateWithinMs,
        transactionalId,
      });
      for (const [at, { base }] of outcomes.entries()) bases[left[at] ?? 0] = base;
      const failed = outcomes.find(({ error }) => error !== undefined);
      left = left.filter((_, at) => outcomes[at]?.error !== undefined);
      if (failed) throw failed.error;
    });
    return bases;
  }

  async #abort(producer: NamedProducer): Promise<void> {
    try {
      await this.#coordinator(endTransactionRequest(producer, false), (code) => code);
    } catch {
      // The next transaction begins by opening the producer anew, or the broker ends this one after its timeout.
    }
    this.#broken = true;
  }

  async #end(producer: NamedProducer, commit: boolean): Promise<void> {
    this.#unanswered = true;
    try {
      await this.#coordinator(endTransactionRequest(producer, commit), (code) => code);
      this.#unanswered = false;
    } catch (error) {
      if (isKafkaError(error) && !error.transient) this.#unanswered = false;
      throw error;
    }
  }

  #coordinator<Answer>(request: Request<Answer>, codeOf: (answer: Answer) => number): Promise<Answer> {
    const { transactionalId } = this.#options;
    return patiently(this.#patience, () =>
      this.#connections.atCoordinator('transaction', transactionalId, request, codeOf),
    );
  }

  get #patience(): Patience {
    return { ms: patienceMs, signal: this.#options.signal };
  }

  #opened(): NamedProducer {
    if (this.#producer) return this.#producer;
    throw new StreamsError('UNAVAILABLE', 'the transactional producer is not open');
  }
}

/** All of them, also when one fails: nothing may still be under way when the transaction is ended. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
