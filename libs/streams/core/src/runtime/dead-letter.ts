import { bytes } from '../codec.ts';
import type { StreamsError } from '../errors.ts';
import { formatPosition } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { ProducerRecord } from '../router.ts';
import { type Topic, topic } from '../topic.ts';
import type { Settings } from './settings.ts';

/** Header names of a dead letter; its key, value and other headers are those of the record that failed. */
export const deadLetterHeaders = {
  group: 'dead-letter-group',
  origin: 'dead-letter-origin',
  code: 'dead-letter-code',
  error: 'dead-letter-error',
  attempts: 'dead-letter-attempts',
  at: 'dead-letter-at',
} as const;

const maxErrorLength = 1_000;

/** `<group>.dead-letters`, with as many partitions as the group's widest topic. */
export function deadLetterTopic(group: string): Topic<unknown> {
  return topic<unknown>(`${group}.dead-letters`, { codec: bytes });
}

export function deadLetter(
  to: Topic<unknown>,
  settings: Pick<Settings, 'group' | 'deadLetterHeaders'>,
  record: Delivery,
  attempts: number,
  error: StreamsError,
): ProducerRecord {
  return {
    topic: to.name,
    partition: record.partition,
    partitioner: to.partitioner,
    key: record.key,
    value: record.value,
    timestamp: Date.now(),
    headers: {
      ...record.headers,
      ...settings.deadLetterHeaders?.(record, { attempts, error }),
      [deadLetterHeaders.group]: settings.group,
      [deadLetterHeaders.origin]: formatPosition(record),
      [deadLetterHeaders.code]: error.code,
      [deadLetterHeaders.error]: describe(error),
      [deadLetterHeaders.attempts]: String(attempts),
      [deadLetterHeaders.at]: new Date().toISOString(),
    },
  };
}

function describe(error: StreamsError): string {
  return error.message.slice(0, maxErrorLength);
}
