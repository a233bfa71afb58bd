import { isStreamsError, toStreamsError } from '../errors.ts';
import { retry } from '../retry.ts';
import type { Settings } from './settings.ts';

/**
 * Work of a group that is repeated for as long as `until` lets it. The group is degraded from the first failure to the
 * success that follows it. Throws what no retry can fix at once.
 */
export async function retryWork<Result>(
  { group, health }: Pick<Settings, 'group' | 'health'>,
  until: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const source = Symbol('work');
  try {
    const result = await retry(() => asStreamsError(group, work), {
      signal: until,
      onFailure: (error) => {
        if (isStreamsError(error)) health.degrade(source, error);
      },
    });
    health.recover(source);
    return result;
  } finally {
    health.forget(source);
  }
}

/**
 * The same for a fetch, which may wait for a message for ever: one that failed counts as recovered as well when it has waited
 * for the lease time without failing again.
 */
export function retryFetch<Result>(
  settings: Pick<Settings, 'group' | 'health' | 'leaseMs'>,
  until: AbortSignal,
  fetch: () => Promise<Result>,
): Promise<Result> {
  const { group, health, leaseMs } = settings;
  const source = Symbol('fetch');
  let failed = false;
  const attempt = async (): Promise<Result> => {
    const mended = failed ? setTimeout(() => health.recover(source), leaseMs) : undefined;
    try {
      return await asStreamsError(group, fetch);
    } finally {
      clearTimeout(mended);
    }
  };
  return retry(attempt, {
    signal: until,
    onFailure: (error) => {
      failed = true;
      if (isStreamsError(error)) health.degrade(source, error);
    },
  }).finally(() => health.recover(source));
}

async function asStreamsError<Result>(group: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toStreamsError(error, 'INTERNAL', `group ${group} cannot go on`);
  }
}
