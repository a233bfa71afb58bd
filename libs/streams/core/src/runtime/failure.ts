import { StreamsError, type StreamsErrorCode, toStreamsError } from '../errors.ts';
import { formatPosition, type Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import type { Settings } from './settings.ts';

/** What follows from a failed attempt. `fenced`: the group is no longer ours to act for. `wait`: not the message's fault. */
export type FailureAction =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly error: StreamsError }
  | { readonly kind: 'wait'; readonly delayMs: number; readonly error: StreamsError }
  | { readonly kind: 'dead-letter'; readonly error: StreamsError }
  | { readonly kind: 'stop'; readonly error: StreamsError }
  | { readonly kind: 'fenced'; readonly error: StreamsError };

/** Codes that no further attempt can fix. */
const nonRetriable = new Set<StreamsErrorCode>(['REJECTED', 'INVALID_RECORD', 'TOO_LARGE']);

/** Codes by which a handler says that something it needs is away: no message is dead-lettered for that. */
const outages = new Set<StreamsErrorCode>(['UNAVAILABLE', 'BUSY', 'STORAGE_FULL', 'NOT_REPLICATED']);

/** Codes by which a handler says that what it writes to is broken: that stops its group, and is no fault of a message. */
const breakdowns = new Set<StreamsErrorCode>(['STORAGE_CORRUPT', 'STORAGE_VERSION']);

const notMessageFaults: ReadonlySet<StreamsErrorCode> = new Set(['FENCED', ...outages, ...breakdowns]);

const minimumOutageDelayMs = 100;

export function classifyFailure(
  settings: Settings,
  record: Delivery,
  attempts: number,
  thrown: unknown,
): FailureAction {
  const error = toStreamsError(thrown, 'HANDLER_FAILED', `the handler of ${formatPosition(record)} failed`);
  if (error.code === 'FENCED') return { kind: 'fenced', error };
  if (outages.has(error.code)) {
    settings.health.degrade(partitionOf(record), error);
    return { kind: 'wait', delayMs: Math.max(settings.retry.delay(1), minimumOutageDelayMs), error };
  }
  if (breakdowns.has(error.code)) return { kind: 'stop', error };
  settings.observer.failed?.({ group: settings.group, message: record, attempt: attempts, error });
  if (!nonRetriable.has(error.code) && attempts < settings.retry.attempts) {
    return { kind: 'retry', delayMs: settings.retry.delay(attempts), error };
  }
  if (settings.deadLetter) return { kind: 'dead-letter', error };
  return { kind: 'stop', error: exhaustedError(settings, record, attempts, error) };
}

/** What a handler's outage is filed under: it is over when something of that partition is committed. */
export function partitionOf({ topic, partition }: Position): string {
  return `${topic}:${partition}`;
}

/** False for failures that are nobody's fault in particular, so that splitting a batch would not find a culprit. */
export function isMessageFault(thrown: unknown): boolean {
  return !(thrown instanceof StreamsError && notMessageFaults.has(thrown.code));
}

function exhaustedError(
  settings: Settings,
  record: Delivery,
  attempts: number,
  error: StreamsError,
): StreamsError {
  return new StreamsError(
    'HANDLER_FAILED',
    `group ${settings.group} stops at ${formatPosition(record)} after ${attempts} attempts, because it has no dead letters: ${error.message}`,
    { cause: error },
  );
}

/** Why a message is dead-lettered without another attempt: the attempts that it had, those that crashed the process included, were all. */
export function exhausted(
  settings: Settings,
  item: { readonly attempt: number; readonly deliveries: readonly unknown[] },
): StreamsError | undefined {
  if (item.deliveries.length !== 1 || item.attempt <= Math.max(settings.retry.attempts, 2)) return undefined;
  return new StreamsError('HANDLER_FAILED', `the process crashed on all ${item.attempt - 1} attempts`);
}
