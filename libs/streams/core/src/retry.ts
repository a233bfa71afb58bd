import { isStreamsError } from './errors.ts';
import { pause } from './signals.ts';

/** How often a failing message is tried and how long each attempt waits. `delay` gets the attempts made so far, returns milliseconds. */
export interface Retry {
  readonly attempts: number;
  readonly delay: (attempts: number) => number;
}

/** Doubles from `initialMs` at each attempt up to `maxMs`, with a quarter of jitter so that members do not retry in step. */
export function exponential(initialMs: number, maxMs = 30_000): (attempts: number) => number {
  return (attempts) => {
    const full = Math.min(maxMs, initialMs * 2 ** (attempts - 1));
    return full * (0.75 + Math.random() * 0.25);
  };
}

export const defaultRetry: Retry = { attempts: 5, delay: exponential(100) };

export interface RetryOptions {
  /** The most attempts, the first one included. Default: no limit. */
  readonly attempts?: number;
  /** Once it aborts no pause is waited for: the attempt that follows is the last one. Default: never. */
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
  const { signal = never, isRetryable = saysRetryable } = options;
  const { attempts: most = Number.POSITIVE_INFINITY, deadlineMs = Number.POSITIVE_INFINITY } = options;
  const backoff = exponential(options.initialMs ?? 20, options.maxMs ?? 2_000);
  const deadline = performance.now() + deadlineMs;
  for (let attempts = 1; ; attempts++) {
    try {
      return await work();
    } catch (error) {
      const delay = backoff(attempts);
      const ended = attempts >= most || signal.aborted || performance.now() + delay > deadline;
      if (ended || !isRetryable(error)) throw error;
      options.onFailure?.(error, attempts);
      await pause(delay, signal);
    }
  }
}

const never: AbortSignal = new AbortController().signal;

function saysRetryable(error: unknown): boolean {
  return isStreamsError(error) && error.retryable;
}
