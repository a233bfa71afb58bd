import type { WorkItem } from './work-item.ts';

export interface KeyQueueOptions {
  readonly concurrency: number;
  /** Starts nothing more once it aborts. */
  readonly stopFetching: AbortSignal;
  /** Starts nothing more, after the first item, while this holds. */
  readonly full: () => boolean;
  /** True when the item has its result; false stops its key queue and starts nothing more. Must not throw. */
  readonly attempt: (item: WorkItem) => boolean | Promise<boolean>;
}

/**
 * Tries the items from `first` on that are not done: in order within a key queue, the queues side by side up to the concurrency.
 * The first of them is always tried, so that it cannot be kept waiting by what comes after it.
 */
export async function runKeyQueues(
  items: readonly WorkItem[],
  first: number,
  options: KeyQueueOptions,
): Promise<void> {
  if (options.concurrency === 1) return runInOrder(items, first, options);
  const queues = new Map<string, WorkItem[]>();
  for (let index = first; index < items.length; index++) {
    const item = items[index];
    if (!item || item.result) continue;
    const keyQueue = queues.get(item.keyQueue);
    if (keyQueue) keyQueue.push(item);
    else queues.set(item.keyQueue, [item]);
  }
  const waiting = queues.values();
  let failed = false;
  let started = 0;
  const worker = async (): Promise<void> => {
    for (const keyQueue of waiting) {
      for (const item of keyQueue) {
        if (failed || options.stopFetching.aborted || (started++ > 0 && options.full())) return;
        const done = options.attempt(item);
        if (!(typeof done === 'boolean' ? done : await done)) failed = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, queues.size) }, worker));
}

async function runInOrder(
  items: readonly WorkItem[],
  first: number,
  options: KeyQueueOptions,
): Promise<void> {
  let started = 0;
  for (let index = first; index < items.length; index++) {
    const item = items[index];
    if (!item || item.result) continue;
    if (options.stopFetching.aborted || (started++ > 0 && options.full())) return;
    const done = options.attempt(item);
    if (!(typeof done === 'boolean' ? done : await done)) return;
  }
}
