import { errorCode } from '../wire/error-codes.ts';

/** `INVALID_REPLICATION_FACTOR` of brokers that the controller does not hear at present: they come back. */
const fencedBrokers = /brokers are currently fenced/;
const unexplained = -1;
const timedOut = 7;

/** What a broker answered instead of doing what it was asked. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  readonly code: number;
  readonly type: string;
  /** The same request may succeed later or at another broker. */
  readonly transient: boolean;

  /** `explanation`: what the broker itself says beside the code. */
  constructor(code: number, doing: string, explanation?: string | null) {
    const { type, retriable } = errorCode(code);
    super(`${doing}: ${type}${explanation ? ` (${explanation})` : ''}`);
    this.code = code;
    this.type = type;
    this.transient = retriable || fencedBrokers.test(this.message);
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
