import { StreamsError, type StreamsErrorCode } from './errors.ts';

/** Codes that no further attempt can fix. */
const nonRetriable: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>([
  'REJECTED',
  'INVALID_RECORD',
  'TOO_LARGE',
]);

/** Codes by which a handler says that something it needs is away: no message is dead-lettered for that. */
const outages: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>([
  'UNAVAILABLE',
  'BUSY',
  'STORAGE_FULL',
  'NOT_REPLICATED',
]);

/** Codes by which a handler says that what it writes to is broken: that stops its group, and is no fault of a message. */
const breakdowns: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>([
  'STORAGE_CORRUPT',
  'STORAGE_VERSION',
]);

/** What a handler's error says of the message and of what the handler works with. */
export type FailureCause = 'fenced' | 'outage' | 'breakdown' | 'message' | 'invalid-message';

export function causeOf({ code }: StreamsError): FailureCause {
  if (code === 'FENCED') return 'fenced';
  if (outages.has(code)) return 'outage';
  if (breakdowns.has(code)) return 'breakdown';
  return nonRetriable.has(code) ? 'invalid-message' : 'message';
}

/** Whether the same message may succeed at once; an error that is none of the library's may. */
export function isRetriable(error: unknown): boolean {
  return !(error instanceof StreamsError) || causeOf(error) === 'message';
}

/** False for failures that are nobody's fault in particular, so that splitting a batch would not find a culprit. */
export function isMessageFault(thrown: unknown): boolean {
  if (!(thrown instanceof StreamsError)) return true;
  const cause = causeOf(thrown);
  return cause === 'message' || cause === 'invalid-message';
}
