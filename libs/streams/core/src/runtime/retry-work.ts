import { retry } from '../driver-kit/retry.ts';
import { isStreamsError, toStreamsError } from '../errors.ts';
import type { Settings } from './settings.ts';

/**
 * Work of a group that is repeated for as long as `until` lets it. The group is degraded from the first failure to the
 * success that follows it. Throws what no repetition can mend at once.
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

async function asStreamsError<Result>(group: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toStreamsError(error, 'INTERNAL', `group ${group} cannot go on`);
  }
}
