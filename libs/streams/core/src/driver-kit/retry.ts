import { isStreamsError } from '../errors.ts';
import { exponential } from '../retry.ts';
import { pause } from '../runtime/abortable.ts';

export interface RetryOptions {
  /** No further attempt once it aborts: the last error is thrown. Default: never. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the call after which no further attempt begins. Default: no limit. */
  readonly deadlineMs?: number;
  /** Milliseconds before the second attempt; it doubles from there, less up to a quarter of jitter. Default: 20. */
  readonly initialMs?: number;
  /** The longest pause, in milliseconds. Default: 2,000. */
  readonly maxMs?: number;
  /** Whether another attempt can succeed. Default: what the StreamsError says; other errors are not retried. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Called before each pause with what the attempt threw and how many attempts were made. */
  readonly onFailure?: (error: unknown, attempts: number) => void;
}

/** Repeats work that may succeed later; throws the last error when it cannot, or when nobody waits any more. */
export async function retry<Result>(
  work: () => Promise<Result>,
  options: RetryOptions = {},
): Promise<Result> {
  const { signal = never, deadlineMs = Number.POSITIVE_INFINITY, isRetryable = saysRetryable } = options;
  const backoff = exponential(options.initialMs ?? 20, options.maxMs ?? 2_000);
  const deadline = performance.now() + deadlineMs;
  for (let attempts = 1; ; attempts++) {
    try {
      return await work();
    } catch (error) {
      const delay = backoff(attempts);
      if (!isRetryable(error) || signal.aborted || performance.now() + delay > deadline) throw error;
      options.onFailure?.(error, attempts);
      await pause(delay, signal);
    }
  }
}

const never: AbortSignal = new AbortController().signal;

function saysRetryable(error: unknown): boolean {
  return isStreamsError(error) && error.retryable;
}
