import { type Topic, topic } from '@millrace/streams';

export type DeliveryName = 'at-most-once' | 'at-least-once' | 'exactly-once';

/** The same on every backend. */
export interface Workload {
  /** Bytes of a record's value, as JSON. */
  readonly messageSize: number;
  readonly keys: number;
  readonly consumers: number;
  readonly partitions: number;
  readonly delivery: DeliveryName;
  /** Milliseconds of waiting in the handler of each record. */
  readonly handlerMs: number;
  /** Records a second of the open-loop part; undefined for half of what was the most. */
  readonly rate: number | undefined;
  /** How long each part lasts. */
  readonly seconds: number;
}

export interface LoadValue {
  readonly key: string;
  /** When it was to be sent, in milliseconds since 1970 with fractions; 0 where nobody asks. */
  readonly due: number;
  readonly filler: string;
}

export const loadTopic: Topic<LoadValue> = topic<LoadValue>('load', { key: ({ key }) => key });
export const group = 'compare';

/** Makes values of the size that is asked for. */
export function valuesOf({ messageSize, keys }: Workload): (number: number, due: number) => LoadValue {
  const filler = 'x'.repeat(Math.max(0, messageSize - 60));
  return (number, due) => ({ key: `key-${number % keys}`, due, filler });
}

/** Milliseconds since 1970 with fractions; processes of one machine agree. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
