import { isStreamsError, retry } from '@millrace/streams';
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

const pauses = { initialMs: 250, maxMs: 10_000 } as const;
/** What fails again for the same reason is said again after this long. */
const repeatLogMs = 60_000;

/**
 * Repeats with growing pauses until it works; each reason is logged once, and again each minute. Throws non-retryable
 * errors, and the signal's reason once it aborts.
 */
export async function retryWithLog<Result>(
  attempt: () => Promise<Result>,
  { what, log, signal, onProblem }: RetryWithLogOptions,
): Promise<Result> {
  let said = { problem: '', at: 0 };
  const onFailure = (error: unknown, attempts: number): void => {
    const problem = maskSecrets(error instanceof Error ? error.message : String(error));
    onProblem?.(problem);
    if (problem === said.problem && Date.now() - said.at <= repeatLogMs) return;
    said = { problem, at: Date.now() };
    log.warn({ attempts, problem }, `could not ${what}; trying again until it works`);
    log.debug({ err: error }, 'the error');
  };
  const isRetryable = (error: unknown): boolean => !isStreamsError(error) || error.retryable;
  const unlessAborted = async (): Promise<Result> => {
    signal.throwIfAborted();
    return await attempt();
  };
  try {
    const result = await retry(unlessAborted, { ...pauses, signal, isRetryable, onFailure });
    onProblem?.(undefined);
    return result;
  } catch (error) {
    if (isRetryable(error)) signal.throwIfAborted();
    throw error;
  }
}
