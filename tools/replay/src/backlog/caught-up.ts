import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, isStreamsError } from '@millrace/streams';
import { measureBacklog } from './backlog.ts';

const everyMs = 50;

/**
 * Resolves once every group has settled everything, for good: all lags are 0 between two looks at the topics' ends that
 * are equal. Since outputs are stored no later than their input is settled, nothing can come after that.
 */
export async function caughtUp(admin: Admin, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await isStill(admin)) return;
    } catch (error) {
      if (!isStreamsError(error) || !error.retryable) throw error;
    }
    await sleep(everyMs, undefined, { signal });
  }
}

async function isStill(admin: Admin): Promise<boolean> {
  if ((await measureBacklog(admin)).lag > 0) return false;
  const before = await ends(admin);
  if ((await measureBacklog(admin)).lag > 0) return false;
  return before === (await ends(admin));
}

async function ends(admin: Admin): Promise<string> {
  const topics = await admin.topics();
  const descriptions = await Promise.all(topics.toSorted().map((topic) => admin.describe(topic)));
  return JSON.stringify(
    descriptions.map(({ name, partitions }) => [name, partitions.map(({ last }) => last)]),
  );
}
