import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type NewRecord, type Once, type Position, StreamsError } from '@millrace/streams';
import type { AppendOptions } from '@millrace/streams/driver';
import type { Partition } from './catalog.ts';
import { type EncodedBatch, encodeBatches } from './encoded-batch.ts';
import type { LogEngine } from './log-engine.ts';
import type { LogTransaction } from './log-transaction.ts';
import { integer } from './row.ts';

const maxUnwaitedBytes = 32 * 1024 * 1024;

/** Partition id → the offset of the first record stored there. */
type Bases = ReadonlyMap<number, number>;

/** Stores records; with `once`, for each partition only when the producer's sequence there is new. */
export class Appender {
  readonly #engine: LogEngine;
  readonly #sequence: StatementSync;
  readonly #remember: StatementSync;

  constructor(engine: LogEngine) {
    this.#engine = engine;
    this.#sequence = sequenceQuery(engine.database);
    this.#remember = engine.database.prepare(
      'INSERT INTO producers (partition, producer, sequence) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence',
    );
  }

  async append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]> {
    const { acks, signal, once } = options;
    if (signal?.aborted) throw aborted();
    if (records.length === 0) return [];
    const partitions = this.#engine.catalog.partitionsOf(records);
    const batches = encodeBatches(records, partitions, this.#engine.encoder);
    const bytes = batches.reduce((sum, batch) => sum + batch.body.length, 0);
    const stored = this.#engine.write(
      (transaction) => {
        if (signal?.aborted) throw aborted();
        return this.#apply(transaction, batches, once);
      },
      { bytes, acks },
    );
    if (acks === 'none') return this.#unwaited(stored, records);
    return positionsOf(partitions, await untilAborted(stored, signal));
  }

  /** Nobody waits for these records, so what becomes of them is a notice; a long queue slows the publisher down. */
  async #unwaited(stored: Promise<Bases>, records: readonly NewRecord[]): Promise<Position[]> {
    const engine = this.#engine;
    const reported = stored.then(
      () => undefined,
      (error: unknown) => {
        const { code, message } = engine.translate(error);
        engine.notify({
          kind: 'records-lost',
          message: `${records.length} records published with acks none were not stored: ${message}`,
          details: { code, count: records.length },
        });
      },
    );
    if (engine.backlog() > maxUnwaitedBytes) await reported;
    return [];
  }

  #apply(transaction: LogTransaction, batches: readonly EncodedBatch[], once: Once | undefined): Bases {
    for (const batch of batches) transaction.check(batch.partition);
    const fresh = once === undefined ? batches : this.#fresh(batches, once);
    const bases = new Map<number, number>();
    for (const batch of fresh) {
      const base = transaction.append(batch);
      if (!bases.has(batch.partition.id)) bases.set(batch.partition.id, base);
    }
    if (once !== undefined)
      for (const id of bases.keys()) this.#remember.run(id, once.producer, once.sequence);
    return bases;
  }

  #fresh(batches: readonly EncodedBatch[], once: Once): readonly EncodedBatch[] {
    return batches.filter((batch) => {
      const row = this.#sequence.get(batch.partition.id, once.producer);
      return row === undefined || integer(row, 'sequence') < once.sequence;
    });
  }
}

/** The positions of records in these partitions; those of a partition that was not stored have none. */
function positionsOf(partitions: readonly Partition[], bases: Bases): Position[] {
  const next = new Map(bases);
  const positions: Position[] = [];
  for (const { id, topic, number: partition } of partitions) {
    const offset = next.get(id);
    if (offset === undefined) continue;
    next.set(id, offset + 1);
    positions.push({ topic, partition, offset: String(offset) });
  }
  return positions;
}

function aborted(): StreamsError {
  return new StreamsError('ABORTED', 'The append was aborted; records may have been stored if it had begun');
}

/** Stops waiting when the signal aborts; what was begun goes on. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(aborted());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function sequenceQuery(database: DatabaseSync): StatementSync {
  return database.prepare('SELECT sequence FROM producers WHERE partition = ? AND producer = ?');
}
