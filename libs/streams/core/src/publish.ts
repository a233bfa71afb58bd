import { randomUUID } from 'node:crypto';
import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import type { PublishOptions } from './options.ts';
import type { Position } from './position.ts';
import { type Partitioner, toProducerRecord } from './producer-record.ts';
import type { Topic } from './topic.ts';

export interface Publication<Value> {
  readonly topic: Topic<Value>;
  readonly values: readonly Value[];
  readonly options: PublishOptions;
}

export async function publish<Value>(
  driver: Driver,
  partitioner: Partitioner,
  publication: Publication<Value>,
): Promise<Position[]> {
  const { topic, values, options } = publication;
  if (values.length === 0) return [];
  if (options.signal?.aborted) {
    throw new StreamsError('ABORTED', `nothing was published to ${topic.name}: the signal had aborted`, {
      cause: options.signal.reason,
    });
  }
  if (options.once && !driver.capabilities.idempotentAppend) {
    throw new StreamsError(
      'UNSUPPORTED',
      `publish once: ${driver.capabilities.lacks.idempotentAppend ?? driver.name}`,
    );
  }
  const { maxRecordBytes } = driver.capabilities;
  const records = values.map((value) =>
    toProducerRecord(topic, value, { id: randomUUID, headers: options.headers, maxBytes: maxRecordBytes }),
  );
  return driver.append(await partitioner.assign(records), {
    acks: options.acks ?? 'all',
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.once ? { once: options.once } : {}),
  });
}
