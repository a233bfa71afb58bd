import { locate, StreamsError, toStreamsError } from '../errors.ts';
import { causeOf } from '../failure-codes.ts';
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

const minimumOutageDelayMs = 100;

export function classifyFailure(
  settings: Settings,
  record: Delivery,
  attempts: number,
  thrown: unknown,
): FailureAction {
  const { group, retry, observer, health } = settings;
  const error = handlerError(settings, record, thrown);
  const cause = causeOf(error);
  switch (cause) {
    case 'fenced':
      return { kind: 'fenced', error };
    case 'outage':
      health.degrade(partitionOf(record), error);
      return { kind: 'wait', delayMs: Math.max(retry.delay(1), minimumOutageDelayMs), error };
    case 'breakdown':
      return { kind: 'stop', error: locate(error, group, { position: record }) };
    case 'message':
    case 'invalid-message':
      observer.failed?.({ group, message: record, attempt: attempts, error });
      if (cause === 'message' && attempts < retry.attempts && !record.lastDelivery)
        return { kind: 'retry', delayMs: retry.delay(attempts), error };
      if (settings.deadLetter) return { kind: 'dead-letter', error };
      return { kind: 'stop', error: exhaustedError(settings, record, attempts, error) };
    default:
      return unknownCause(cause);
  }
}

/** What a handler threw, as the library's error. */
export function handlerError({ group }: Settings, record: Position, thrown: unknown): StreamsError {
  return toStreamsError(
    thrown,
    'HANDLER_FAILED',
    `the handler of group ${group} failed at ${formatPosition(record)}`,
  );
}

/** What a handler's outage is filed under: it is over when something of that partition is committed. */
export function partitionOf({ topic, partition }: Position): string {
  return `${topic}:${partition}`;
}

function exhaustedError(
  { group }: Settings,
  record: Delivery,
  attempts: number,
  error: StreamsError,
): StreamsError {
  const { topic, partition, offset } = record;
  return new StreamsError(
    'HANDLER_FAILED',
    `group ${group} stops at ${formatPosition(record)} after ${attempts} attempts, because it has no dead letters: ${error.message}`,
    { cause: error, group, position: { topic, partition, offset } },
  );
}

/**
 * Why a message is dead-lettered without another attempt: the attempts that it had, those that crashed the process included,
 * were all, or a crash in this one would lose it.
 */
export function exhausted(
  settings: Settings,
  item: { readonly attempt: number; readonly deliveries: readonly Delivery[] },
): StreamsError | undefined {
  if (item.deliveries[0]?.lastDelivery) {
    return new StreamsError(
      'HANDLER_FAILED',
      'the backend has delivered the message as often as it does without an acknowledgement, and would not deliver it again',
    );
  }
  if (item.deliveries.length !== 1 || item.attempt <= Math.max(settings.retry.attempts, 2)) return undefined;
  return new StreamsError('HANDLER_FAILED', `the process crashed on all ${item.attempt - 1} attempts`);
}

function unknownCause(cause: never): never {
  throw new TypeError(`unknown cause of a failure ${String(cause)}`);
}
