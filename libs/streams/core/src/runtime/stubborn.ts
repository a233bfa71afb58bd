import { toStreamsError } from '../errors.ts';
import { pause } from './abortable.ts';
import type { Settings } from './settings.ts';

const firstDelayMs = 20;
const maxDelayMs = 2_000;

/** Repeats what may succeed later, with growing pauses, until the signal aborts; throws the last error then, and at once what cannot be mended. */
export async function stubbornly<Result>(
  settings: Pick<Settings, 'group' | 'observer'>,
  until: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      const error = toStreamsError(cause, 'INTERNAL', `group ${settings.group} cannot go on`);
      if (!error.retryable || until.aborted) throw error;
      settings.observer.error?.({ group: settings.group, error, fatal: false });
      await pause(Math.min(maxDelayMs, firstDelayMs * 2 ** attempt), until);
    }
  }
}
