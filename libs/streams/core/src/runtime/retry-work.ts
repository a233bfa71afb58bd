import { isStreamsError, toStreamsError } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Settings } from './settings.ts';

export interface RetryWorkOptions {
  /**
   * For work that may wait for ever, such as a fetch: after a failure the group counts as recovered when it has waited so many
   * milliseconds without failing again. Default: only when the work succeeds.
   */
  readonly recoveredAfterMs?: number;
}

/**
 * Work of a group that is repeated for as long as `until` lets it. The group is degraded from the first failure to the
 * success that follows it. Throws non-retryable errors at once.
 */
export async function retryWork<Result>(
  { group, health }: Pick<Settings, 'group' | 'health'>,
  until: AbortSignal,
  work: () => Promise<Result>,
  { recoveredAfterMs }: RetryWorkOptions = {},
): Promise<Result> {
  const source = Symbol('work');
  let failed = false;
  const attempt = async (): Promise<Result> => {
    const waited =
      failed && recoveredAfterMs !== undefined
        ? setTimeout(() => health.recover(source), recoveredAfterMs)
        : undefined;
    try {
      return await work();
    } catch (error) {
      throw toStreamsError(error, 'INTERNAL', `group ${group} cannot go on`);
    } finally {
      clearTimeout(waited);
    }
  };
  try {
    const result = await retry(attempt, {
      signal: until,
      onFailure: (error) => {
        failed = true;
        if (isStreamsError(error)) health.degrade(source, error);
      },
    });
    health.recover(source);
    return result;
  } finally {
    health.forget(source);
  }
}
