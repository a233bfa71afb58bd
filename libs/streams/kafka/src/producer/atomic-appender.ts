import { isStreamsError, type NewRecord, type Position, StreamsError } from '@millrace/streams';
import { CommitSequence } from '@millrace/streams/driver';
import type { Connections } from '../client/connections.ts';
import { translate } from '../client/errors.ts';
import { retry } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { commitRecords } from './commit-records.ts';
import { atomicAppenderId } from './transactional-ids.ts';
import { TransactionalProducer } from './transactional-producer.ts';

/** The broker ends a transaction that its producer left open after this: readers wait for it that long at most. */
const timeoutMs = 15_000;
const resendWithinMs = 15_000;
const noOffsets = { group: '', offsets: [] };

/** Appends that are stored whole or not at all, whatever topics they are for: each is a transaction, one after another. */
export class AtomicAppender {
  readonly #context: Context;
  readonly #connections: Connections;
  readonly #sequence = new CommitSequence<never>();
  #producer: TransactionalProducer | undefined;

  constructor(context: Context, connections: Connections) {
    this.#context = context;
    this.#connections = connections;
  }

  append(records: readonly NewRecord[], signal: AbortSignal | undefined): Promise<Position[]> {
    return this.#sequence.run(async () => {
      for (const topic of new Set(records.map((record) => record.topic)))
        await this.#connections.topic(topic);
      // What may be stored is not stored again.
      const unsure = new AbortController();
      return await retry({ ms: resendWithinMs, signal: unsure.signal, also: isFenced }, async () => {
        if (signal?.aborted)
          throw new StreamsError('ABORTED', 'an append was aborted; nothing of it is stored');
        return await this.#store(records, unsure);
      });
    });
  }

  async #store(records: readonly NewRecord[], unsure: AbortController): Promise<Position[]> {
    const producer = this.#producer ?? (await this.#open(records[0]?.topic ?? ''));
    try {
      return await commitRecords(producer, records, noOffsets);
    } catch (error) {
      this.#producer = undefined;
      if (producer.uncertain) unsure.abort();
      throw error;
    }
  }

  async #open(topic: string): Promise<TransactionalProducer> {
    const producer = new TransactionalProducer(this.#context.cluster, this.#connections, {
      transactionalId: atomicAppenderId(topic),
      timeoutMs,
      compression: this.#context.compression,
    });
    await producer.open();
    this.#producer = producer;
    return producer;
  }
}

/** The broker ended the last transaction, which took too long: another producer takes its place. */
function isFenced(error: unknown): boolean {
  return isStreamsError(translate(error, ''), 'FENCED');
}
