import { setTimeout as delay } from 'node:timers/promises';
import { StreamsError } from '@millrace/streams';
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

const firstPauseMs = 2;
const usualLongestPauseMs = 250;

/** Repeats what may succeed later, at first soon and then less and less often. */
export async function retry<Result>(options: RetryOptions, work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + options.ms;
  const { longestPauseMs = usualLongestPauseMs } = options;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      const again = isTransient(error) || options.also?.(error) === true;
      if (!again || performance.now() + pause > until || options.signal?.aborted) throw error;
      await delay(pause);
    }
  }
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
