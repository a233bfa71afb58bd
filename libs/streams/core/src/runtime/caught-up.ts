import type { Driver } from '../driver.ts';
import { StreamsError } from '../errors.ts';
import { pause } from './abortable.ts';
import type { Settings } from './settings.ts';
import { stubbornly } from './stubborn.ts';

const pollMs = 20;

/**
 * Waits until the group has settled everything that its topics hold now, also through an outage of the backend. ABORTED
 * when the signal ends the wait.
 */
export async function awaitCaughtUp(
  settings: Settings,
  topics: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const { driver, group } = settings;
  const patience = signal ?? new AbortController().signal;
  const open = await stubbornly(settings, patience, () => lastOffsets(driver, topics));
  while (open.size > 0) {
    const { partitions } = await stubbornly(settings, patience, () => driver.admin.describeGroup(group));
    for (const { topic, partition, committed, lag } of partitions) {
      const name = `${topic}:${partition}`;
      const last = open.get(name);
      if (last === undefined) continue;
      const reached = lag === 0 || (committed !== undefined && driver.compareOffsets(committed, last) >= 0);
      if (reached) open.delete(name);
    }
    if (open.size === 0) return;
    if (patience.aborted) {
      throw new StreamsError(
        'ABORTED',
        `stopped waiting for group ${group}: ${open.size} partitions have not caught up`,
      );
    }
    await pause(pollMs, patience);
  }
}

async function lastOffsets(driver: Driver, topics: readonly string[]): Promise<Map<string, string>> {
  const offsets = new Map<string, string>();
  for (const description of await Promise.all(topics.map((topic) => driver.admin.describe(topic)))) {
    for (const { partition, last, records } of description.partitions) {
      if (last !== undefined && records > 0) offsets.set(`${description.name}:${partition}`, last);
    }
  }
  return offsets;
}
