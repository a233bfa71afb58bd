import {
  type Acks,
  type AppendOptions,
  type NewRecord,
  type Position,
  StreamsError,
} from '@millrace/streams';
import { maxRecordBytes } from '../capabilities.ts';
import type { Connections } from '../client/connections.ts';
import type { Context } from '../context.ts';
import { AppendQueue } from './append-queue.ts';
import { IdempotentSender } from './idempotent-sender.ts';
import { OnceAppender } from './once-appender.ts';
import { assertSize } from './partition-batches.ts';
import { PlainSender } from './plain-sender.ts';

/** Where appends go: one queue for each kind of acknowledgement, one producer for each name of `once`. */
export class Appender {
  readonly #context: Context;
  readonly #lingerMs: number;
  readonly #connections: Connections;
  /** For the transactions of all producers that have a name. */
  readonly #transactions: Connections;
  readonly #queues = new Map<Acks, AppendQueue>();
  readonly #once = new Map<string, OnceAppender>();

  constructor(context: Context, lingerMs: number) {
    this.#context = context;
    this.#lingerMs = lingerMs;
    this.#connections = context.connections;
    this.#transactions = context.cluster.connections();
  }

  async append(records: readonly NewRecord[], { acks, signal, once }: AppendOptions): Promise<Position[]> {
    if (signal?.aborted) throw new StreamsError('ABORTED', 'an append was aborted before it began');
    if (records.length === 0) return [];
    for (const record of records) assertSize(record, maxRecordBytes);
    if (once) return await this.#onceBy(once.producer).append(records, once, signal);
    return await this.#queue(acks).append(records, signal);
  }

  #queue(acks: Acks): AppendQueue {
    let queue = this.#queues.get(acks);
    if (!queue) {
      const { compression } = this.#context;
      const sender =
        acks === 'all'
          ? new IdempotentSender(this.#connections, compression)
          : new PlainSender(this.#connections, compression, acks === 'leader' ? 1 : 0);
      queue = new AppendQueue(sender, this.#lingerMs);
      this.#queues.set(acks, queue);
    }
    return queue;
  }

  #onceBy(producer: string): OnceAppender {
    let appender = this.#once.get(producer);
    if (!appender) {
      appender = new OnceAppender(this.#context, this.#transactions, producer);
      this.#once.set(producer, appender);
    }
    return appender;
  }
}
