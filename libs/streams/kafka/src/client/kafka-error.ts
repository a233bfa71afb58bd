import { createRequire } from 'node:module';

interface ErrorCode {
  readonly type: string;
  readonly code: number;
  readonly retriable: boolean;
  readonly message: string;
}

const load = createRequire(import.meta.url);
const { errorCodes } = load('kafkajs/src/protocol/error') as { readonly errorCodes: readonly ErrorCode[] };

/** Younger than the list of kafkajs. */
const younger: readonly ErrorCode[] = [
  { type: 'PRODUCER_FENCED', code: 90, retriable: false, message: 'There is a newer producer' },
  { type: 'UNKNOWN_TOPIC_ID', code: 100, retriable: true, message: 'The broker knows no topic of this id' },
  { type: 'INCONSISTENT_TOPIC_ID', code: 103, retriable: true, message: 'The topic has another id by now' },
  { type: 'TRANSACTION_ABORTABLE', code: 120, retriable: false, message: 'The transaction must be aborted' },
];

const byNumber = new Map([...errorCodes, ...younger].map((entry) => [entry.code, entry]));

/** The broker fell over its own feet, as it does when producers of one id meet; nobody knows what came of it. */
const unexplained = -1;
const timedOut = 7;

/** What a broker answered instead of doing what it was asked. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  readonly code: number;
  readonly type: string;
  /** The same request may succeed later or at another broker. */
  readonly transient: boolean;

  constructor(code: number, doing: string) {
    const known = byNumber.get(code);
    const type = known?.type ?? `ERROR_${code}`;
    super(`${doing}: ${type}${known ? ` (${known.message})` : ''}`);
    this.code = code;
    this.type = type;
    this.transient = code === unexplained || (known?.retriable ?? false);
  }
}

export function check(code: number, doing: string): void {
  if (code !== 0) throw new KafkaError(code, doing);
}

/** What was asked may still be on its way, or the broker itself does not know whether it acts on it. */
export function mayActLate(error: unknown): boolean {
  return !(error instanceof KafkaError) || error.code === unexplained || error.code === timedOut;
}

/** True when the broker answered with one of these errors. */
export function isKafkaError(error: unknown, ...types: readonly string[]): error is KafkaError {
  return error instanceof KafkaError && (types.length === 0 || types.includes(error.type));
}
