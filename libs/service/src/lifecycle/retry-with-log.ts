import { setTimeout as sleep } from 'node:timers/promises';
import { exponential, isStreamsError } from '@millrace/streams';
import type { Logger } from '../logging/logger.ts';
import { maskSecrets } from '../logging/secrets.ts';

export interface RetryWithLogOptions {
  /** What is tried, for the log: "open the streams backend". */
  readonly what: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told the message of each failure, secrets masked; undefined once it has worked. */
  readonly onProblem?: (problem: string | undefined) => void;
}

const backoff = exponential(250, 10_000);
/** What fails again for the same reason is said again after this long. */
const repeatLogMs = 60_000;

/**
 * Repeats with growing pauses until it works; each reason is logged once, and again each minute. Throws non-retryable
 * errors, and the signal's reason once it aborts.
 */
export async function retryWithLog<Result>(
  attempt: () => Promise<Result>,
  options: RetryWithLogOptions,
): Promise<Result> {
  let said = { problem: '', at: 0 };
  for (let attempts = 1; ; attempts++) {
    options.signal.throwIfAborted();
    try {
      const result = await attempt();
      options.onProblem?.(undefined);
      return result;
    } catch (error) {
      if (isStreamsError(error) && !error.retryable) throw error;
      const pauseMs = Math.round(backoff(attempts));
      const problem = maskSecrets(error instanceof Error ? error.message : String(error));
      options.onProblem?.(problem);
      if (problem !== said.problem || Date.now() - said.at > repeatLogMs) {
        said = { problem, at: Date.now() };
        options.log.warn({ attempts, problem }, `could not ${options.what}; trying again until it works`);
        options.log.debug({ err: error }, 'the error');
      }
      await sleep(pauseMs, undefined, { signal: options.signal });
    }
  }
}
