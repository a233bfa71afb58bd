import { asBuffer } from './buffers.ts';
import { StreamsError } from './errors.ts';
import type { Message } from './message.ts';
import { formatPosition } from './position.ts';
import type { Delivery, StoredRecord } from './record.ts';
import type { Topic } from './topic.ts';

/** A driver marks a record whose stored bytes are damaged with this header; its value is what could be read, raw. */
export const corruptHeader = 'x-corrupt';

/** The record as a checked message; INVALID_RECORD when the bytes or the schema say no. */
export function decodeMessage<Value>(topic: Topic<Value>, record: StoredRecord | Delivery): Message<Value> {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    key: record.key === null ? null : decodeKey(record.key),
    value: decodeValue(topic, record),
    headers: record.headers,
    timestamp: record.timestamp,
    attempt: 'attempt' in record ? record.attempt : 1,
    record,
  };
}

function decodeKey(key: Uint8Array): string {
  return asBuffer(key).toString('utf8');
}

function decodeValue<Value>(topic: Topic<Value>, record: StoredRecord): Value {
  const damage = record.headers[corruptHeader];
  if (damage !== undefined) throw invalid(record, `its stored bytes are damaged (${damage})`);
  const decoded = decodeBytes(topic, record);
  if (!topic.schema) return decoded as Value;
  const result = topic.schema['~standard'].validate(decoded);
  if (result instanceof Promise) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `the schema of topic ${topic.name} is asynchronous; use a synchronous one`,
    );
  }
  if (result.issues) throw invalid(record, describeIssues(result.issues));
  return result.value;
}

function decodeBytes<Value>(topic: Topic<Value>, record: StoredRecord): unknown {
  try {
    return topic.codec.decode(record.value);
  } catch (error) {
    throw invalid(record, `its ${record.value.length} bytes cannot be decoded`, error);
  }
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function describeIssues(issues: readonly Issue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => {
      const path = issue.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
      return path ? `${path}: ${issue.message}` : issue.message;
    })
    .join('; ');
}

function invalid(record: StoredRecord, reason: string, cause?: unknown): StreamsError {
  return new StreamsError('INVALID_RECORD', `record ${formatPosition(record)}: ${reason}`, { cause });
}
