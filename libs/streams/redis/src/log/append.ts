import { type NewRecord, type Position, StreamsError } from '@millrace/streams';
import type { AppendOptions } from '@millrace/streams/driver';
import type { Client } from '../client/client.ts';
import { type AppendRequest, append } from '../commands/append.ts';
import type { Connection } from '../commands/script.ts';
import { RecordRuns } from '../entries/record-runs.ts';
import { translate } from '../errors.ts';
import { producersKey } from '../keys.ts';
import type { TopicRegistry } from '../registry/topics.ts';
import type { RetentionTrimmer } from './retention.ts';

/** Beyond these a script would hold up the server for long; its records are then stored by several scripts in a row. */
const maxRecords = 20_000;
const maxBytes = 16 * 1024 * 1024;

/** Far beyond any repeat of an append. */
const thirtyDays = 30 * 24 * 60 * 60;

interface AppendBatch {
  readonly streams: string[];
  readonly producers: string[];
  readonly records: RecordRuns;
  count: number;
  /** About, in UTF-16 units for texts. */
  bytes: number;
}

/** Stores records: those of one slot (without a Cluster: all of them) in one script. */
export class Appender {
  readonly #client: Client;
  readonly #topics: TopicRegistry;
  readonly #retention: RetentionTrimmer;
  readonly #producerSeconds: number;

  constructor(
    client: Client,
    topics: TopicRegistry,
    retention: RetentionTrimmer,
    producerSeconds: number = thirtyDays,
  ) {
    this.#client = client;
    this.#topics = topics;
    this.#retention = retention;
    this.#producerSeconds = producerSeconds;
  }

  async append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]> {
    let topic: string | undefined;
    for (const record of records) {
      if (record.topic === topic) continue;
      topic = record.topic;
      if (!this.#topics.has(topic)) await this.#topics.topic(topic);
    }
    if (options.signal?.aborted) throw new StreamsError('ABORTED', 'the append was aborted before it began');
    const batches = this.#batches(records, options);
    if (options.atomic && batches.length > 1) throw tooLargeForOne(records.length);
    if (options.acks === 'none') {
      for (const batch of batches) this.#store(batch, options).catch(() => undefined);
      return [];
    }
    const ids = new Array<string>(records.length);
    await Promise.all(
      batches.map(async (batch) => {
        const stored = await this.#store(batch, options);
        batch.records.order.forEach((place, index) => {
          ids[place] = stored[index] as string;
        });
      }),
    );
    const positions: Position[] = [];
    records.forEach(({ topic: name, partition }, index) => {
      const offset = ids[index];
      if (offset) positions.push({ topic: name, partition, offset });
    });
    return positions;
  }

  #batches(records: readonly NewRecord[], { once }: AppendOptions): AppendBatch[] {
    const open = new Map<number, AppendBatch>();
    const batches: AppendBatch[] = [];
    records.forEach((record, place) => {
      const slot = this.#client.cluster ? record.partition : 0;
      let batch = open.get(slot);
      const bytes = record.value?.length ?? 0;
      const full = batch && (batch.count >= maxRecords || batch.bytes + bytes > maxBytes);
      if (!batch || (full && !once)) {
        batch = this.#batch(once !== undefined);
        open.set(slot, batch);
        batches.push(batch);
      }
      batch.records.add(record, place);
      batch.count += 1;
      batch.bytes += bytes;
    });
    return batches;
  }

  #batch(once: boolean): AppendBatch {
    const streams: string[] = [];
    const producers: string[] = [];
    const heads = new Map<string, readonly string[]>();
    const records = new RecordRuns((topic, partition) => {
      const key = this.#topics.key(topic, partition);
      let head = heads.get(key);
      if (!head) {
        head = [String(streams.push(key))];
        heads.set(key, head);
        if (once) producers.push(producersKey(topic, partition));
        this.#retention.schedule(topic, partition);
      }
      return head;
    });
    return { streams, producers, records, count: 0, bytes: 0 };
  }

  async #store(batch: AppendBatch, { acks, once }: AppendOptions): Promise<string[]> {
    const step: AppendRequest = {
      streams: batch.streams,
      producers: batch.producers,
      once,
      producerSeconds: this.#producerSeconds,
      records: batch.records,
    };
    const run = (connection: Connection): Promise<string[]> => append(connection, step);
    try {
      if (acks === 'all') return await this.#client.replicatedWriter(batch.streams[0] ?? '').write(run);
      return await run(this.#client.writer(batch.streams[0] ?? ''));
    } catch (error) {
      throw translate(error, `an append to ${batch.streams.join(', ')} failed`);
    }
  }
}

function tooLargeForOne(count: number): StreamsError {
  return new StreamsError(
    'TOO_LARGE',
    `${count} records are too much for one atomic append: publish at most ${maxRecords} records and ${maxBytes / 1024 / 1024} MiB of values at once, or without atomic`,
  );
}
