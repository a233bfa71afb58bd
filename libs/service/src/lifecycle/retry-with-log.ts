import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, isStreamsError } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';

export interface RetryWithLogOptions {
  /** What is tried, for the log: "open the streams backend". */
  readonly what: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const backoff = exponential(250, 10_000);

/** Repeats with growing pauses until it works. Throws non-retryable errors, and the signal's reason once it aborts. */
export async function retryWithLog<Result>(
  attempt: () => Promise<Result>,
  options: RetryWithLogOptions,
): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (isStreamsError(error) && !error.retryable) throw error;
      const pauseMs = Math.round(backoff(attempts));
      options.log.warn(
        { err: error, attempts, nextTryInMs: pauseMs },
        `could not ${options.what}; trying again`,
      );
      await sleep(pauseMs, undefined, { signal: options.signal });
    }
  }
}
