import { type Acks, type NewRecord, type Position, StreamsError } from '@millrace/streams';
import type { AppendOptions } from '@millrace/streams/driver';
import { maxRecordBytes } from '../catalog/topic-defaults.ts';
import type { Connections } from '../client/connections.ts';
import { translate } from '../client/errors.ts';
import type { Context } from '../context.ts';
import { AppendQueue } from './append-queue.ts';
import { AtomicAppender } from './atomic-appender.ts';
import { IdempotentSender } from './idempotent-sender.ts';
import { OnceAppender } from './once-appender.ts';
import { assertSize } from './partition-batches.ts';
import { PlainSender } from './plain-sender.ts';

/** What appends of acks `none` may hold in memory before they are waited for all the same. */
const maxUnwaitedBytes = 32 * 1024 * 1024;

/** Where appends go: one queue for each kind of acknowledgement, one producer for each name of `once`. */
export class Appender {
  readonly #context: Context;
  readonly #lingerMs: number;
  readonly #connections: Connections;
  /** For the transactions of all producers that have a name. */
  readonly #transactions: Connections;
  readonly #queues = new Map<Acks, AppendQueue>();
  readonly #once = new Map<string, OnceAppender>();
  readonly #atomic: AtomicAppender;
  #unwaitedBytes = 0;
  #unwaited: Promise<void> = Promise.resolve();

  constructor(context: Context, lingerMs: number) {
    this.#context = context;
    this.#lingerMs = lingerMs;
    this.#connections = context.connections;
    this.#transactions = context.cluster.connections();
    this.#atomic = new AtomicAppender(context, this.#transactions);
  }

  async append(
    records: readonly NewRecord[],
    { acks, signal, once, atomic }: AppendOptions,
  ): Promise<Position[]> {
    if (signal?.aborted) throw new StreamsError('ABORTED', 'an append was aborted before it began');
    if (records.length === 0) return [];
    for (const record of records) assertSize(record, maxRecordBytes(this.#context.topics));
    if (once) return await this.#onceBy(once.producer).append(records, once, signal);
    if (atomic) return await this.#atomic.append(records, signal);
    if (acks === 'none') return await this.#append(records);
    return await this.#queue(acks).append(records, signal);
  }

  /** Resolves once nothing is on its way for which nobody waits. */
  async idle(): Promise<void> {
    await this.#unwaited;
  }

  /** Nobody waits for these records, so what becomes of them is a notice; many of them slow the publisher down. */
  async #append(records: readonly NewRecord[]): Promise<Position[]> {
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    this.#unwaitedBytes += bytes;
    const stored = this.#queue('none')
      .append(records, undefined)
      .then(
        () => undefined,
        (error: unknown) => this.#tellLost(records.length, error),
      )
      .finally(() => {
        this.#unwaitedBytes -= bytes;
      });
    this.#unwaited = stored;
    if (this.#unwaitedBytes > maxUnwaitedBytes) await stored;
    return [];
  }

  #tellLost(count: number, error: unknown): void {
    const { code, message } = translate(error, 'an append failed');
    this.#context.notify({
      kind: 'records-lost',
      message: `${count} records published with acks none were not stored: ${message}`,
      details: { code, count },
    });
  }

  #queue(acks: Acks): AppendQueue {
    let queue = this.#queues.get(acks);
    if (!queue) {
      const { compression } = this.#context;
      const sender =
        acks === 'all'
          ? new IdempotentSender(this.#connections, compression)
          : new PlainSender(this.#connections, compression);
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
