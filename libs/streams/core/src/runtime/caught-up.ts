import type { GroupPartition } from '../admin.ts';
import type { Driver } from '../driver.ts';
import { StreamsError } from '../errors.ts';
import { pause } from '../signals.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

const pollMs = 20;

type Watcher = Pick<Settings, 'driver' | 'group' | 'health'>;

/** Offsets of last records, by `topic:partition`. */
type Ends = ReadonlyMap<string, string>;

/**
 * Waits until the group has acknowledged everything that its topics hold now, also through an outage of the backend. ABORTED
 * when the signal ends the wait.
 */
export async function awaitCaughtUp(
  settings: Watcher,
  topics: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const ends = await retryWork(settings, signal, () => endsOf(settings.driver, topics));
  await awaitReached(settings, ends, { signal });
}

/** Waits until the group has acknowledged everything up to these ends, or what is still open is enough. */
export async function awaitReached(
  watcher: Watcher,
  ends: Ends,
  options: { readonly signal: AbortSignal; readonly enough?: (open: readonly GroupPartition[]) => boolean },
): Promise<void> {
  const { driver, group } = watcher;
  const { signal, enough } = options;
  const reached = new Set<string>();
  while (reached.size < ends.size) {
    const { partitions } = await retryWork(watcher, signal, () => driver.admin.describeGroup(group));
    const open: GroupPartition[] = [];
    for (const partition of partitions) {
      const name = nameOf(partition);
      const end = ends.get(name);
      if (end === undefined || reached.has(name)) continue;
      const { lag, committed } = partition;
      if (lag === 0 || (committed !== undefined && driver.compareOffsets(committed, end) >= 0)) {
        reached.add(name);
      } else {
        open.push(partition);
      }
    }
    if (reached.size === ends.size || enough?.(open)) return;
    if (signal.aborted) {
      throw new StreamsError(
        'ABORTED',
        `stopped waiting for group ${group}: ${ends.size - reached.size} partitions have not caught up`,
      );
    }
    await pause(pollMs, signal);
  }
}

/** The last record of each partition that holds any. */
export async function endsOf(driver: Driver, topics: readonly string[]): Promise<Ends> {
  const ends = new Map<string, string>();
  for (const description of await Promise.all(topics.map((topic) => driver.admin.describe(topic)))) {
    for (const { partition, last, records } of description.partitions) {
      if (last !== undefined && records > 0) ends.set(nameOf({ topic: description.name, partition }), last);
    }
  }
  return ends;
}

export function nameOf({ topic, partition }: Pick<GroupPartition, 'topic' | 'partition'>): string {
  return `${topic}:${partition}`;
}
