import { setTimeout as delay } from 'node:timers/promises';
import { isStreamsError, type NewRecord, type Once, type Position, StreamsError } from '@millrace/streams';
import { CommitSequence } from '@millrace/streams/driver';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { fetchCommitted } from '../group/committed-offsets.ts';
import { partitionName } from '../offsets.ts';
import { commitRecords } from './commit-records.ts';
import { onceSuffix } from './transactional-ids.ts';
import { TransactionalProducer } from './transactional-producer.ts';

/** The broker ends a transaction that its producer left open after this: readers wait for it that long at most. */
const timeoutMs = 15_000;
const retryWithinMs = 30_000;
const longestPauseMs = 50;

/**
 * Appends of one named producer, each stored a single time. The highest sequence of each partition is kept as the
 * committed offset of a group that nobody joins, in the same transaction as the records.
 */
export class OnceAppender {
  readonly #connections: Connections;
  readonly #name: string;
  readonly #producer: TransactionalProducer;
  #sequences: Map<string, number> | undefined;
  readonly #sequence = new CommitSequence<never>();

  constructor(context: Context, connections: Connections, producer: string) {
    this.#name = `${producer}${onceSuffix}`;
    this.#connections = connections;
    this.#producer = new TransactionalProducer(context.cluster, this.#connections, {
      transactionalId: this.#name,
      timeoutMs,
      compression: context.compression,
    });
  }

  append(
    records: readonly NewRecord[],
    { sequence }: Once,
    signal: AbortSignal | undefined,
  ): Promise<Position[]> {
    return this.#sequence.run(() => this.#append(records, sequence, signal));
  }

  async #append(
    records: readonly NewRecord[],
    sequence: number,
    signal: AbortSignal | undefined,
  ): Promise<Position[]> {
    const until = performance.now() + retryWithinMs;
    for (;;) {
      if (signal?.aborted)
        throw new StreamsError('ABORTED', 'an append was aborted; its records may be stored');
      try {
        return await this.#store(records, sequence);
      } catch (error) {
        // Who else uses the name has fenced this producer; or nobody knows what landed. Opened again, the sequences tell.
        this.#sequences = undefined;
        const again = isTransient(error) || isStreamsError(translate(error, ''), 'FENCED');
        if (!again || performance.now() > until) throw error;
        await delay(Math.random() * longestPauseMs);
      }
    }
  }

  async #store(records: readonly NewRecord[], sequence: number): Promise<Position[]> {
    for (const topic of new Set(records.map((record) => record.topic))) await this.#connections.topic(topic);
    const known = this.#sequences ?? (await this.#open());
    const fresh = records.filter((record) => (known.get(partitionName(record)) ?? -1) < sequence);
    if (fresh.length === 0) return [];
    const places = new Map(
      fresh.map(({ topic, partition }) => [partitionName({ topic, partition }), { topic, partition }]),
    );
    const positions = await commitRecords(this.#producer, fresh, {
      group: this.#name,
      offsets: [...places.values()].map((place) => ({ ...place, offset: sequence, metadata: '' })),
    });
    for (const name of places.keys()) known.set(name, sequence);
    return positions;
  }

  async #open(): Promise<Map<string, number>> {
    await this.#producer.open();
    const committed = await fetchCommitted(this.#connections, this.#name, null, true);
    this.#sequences = new Map([...committed].map(([name, { offset }]) => [name, offset]));
    return this.#sequences;
  }
}
