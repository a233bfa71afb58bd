import { retry as repeat, StreamsError } from '@millrace/streams';
import { isTransient } from './errors.ts';

export interface RetryOptions {
  /** Milliseconds after which the last error is thrown. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between two tries at most. */
  readonly longestPauseMs?: number;
  /** What else is worth another try. */
  readonly also?: (error: unknown) => boolean;
}

/** How long what is asked of brokers is repeated while they are away, unless somebody waits who can say so. */
export const retryWithinMs = 20_000;

const initialMs = 2;
const usualLongestPauseMs = 250;

/** Repeats what may succeed later, at first soon and then less and less often. */
export function retry<Result>(
  { ms, signal, longestPauseMs = usualLongestPauseMs, also }: RetryOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  return repeat(work, {
    deadlineMs: ms,
    initialMs,
    maxMs: longestPauseMs,
    isRetryable: (error) => isTransient(error) || also?.(error) === true,
    ...(signal ? { signal } : {}),
  });
}

/** UNAVAILABLE when the work takes longer than that; it goes on unseen. */
export async function withDeadline<Result>(
  ms: number,
  doing: string,
  work: Promise<Result>,
): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StreamsError('UNAVAILABLE', `Kafka: ${doing} took longer than ${ms} ms`)),
    ms,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
