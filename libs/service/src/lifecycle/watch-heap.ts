import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from '../logging/logger.ts';

/** Of the limit, in which V8 counts room for young objects too: what survived a collection leaves too little to work in. */
const worryingShare = 0.75;
const silenceMs = 60_000;
const megabyte = 1024 * 1024;

/** Says while there is time that the heap is nearly full, and what to do: V8 itself only ends the process. At most once a minute. */
export function watchHeap(log: Logger): Disposable {
  let quietUntil = 0;
  const observer = new PerformanceObserver((entries) => {
    const now = performance.now();
    if (now < quietUntil || !entries.getEntries().some(isFullCollection)) return;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    if (used < limit * worryingShare) return;
    quietUntil = now + silenceMs;
    log.warn(
      { heapMegabytes: Math.round(used / megabyte), limitMegabytes: Math.round(limit / megabyte) },
      'the heap is nearly full after a collection; set MAX_HEAP_MB higher (node --max-old-space-size), or the process ends when it runs out',
    );
  });
  observer.observe({ entryTypes: ['gc'] });
  return { [Symbol.dispose]: () => observer.disconnect() };
}

interface GcEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

function isFullCollection(entry: PerformanceEntry): boolean {
  const { detail } = entry as GcEntry;
  return detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
