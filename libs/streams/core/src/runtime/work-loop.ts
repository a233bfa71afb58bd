import { setImmediate } from 'node:timers/promises';
import type { Delivery } from '../record.ts';
import { linkedSignal } from '../signals.ts';
import type { Topic } from '../topic.ts';
import type { CommitQueue } from './commit-queue.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

/** What a worker of a group works by. */
export interface GroupWork {
  readonly settings: Settings;
  /** Aborts when nothing new may be taken: a stop, a revocation or a loss. */
  readonly stopFetching: AbortSignal;
  /** Aborts when handlers should stop: the lease is lost or the grace period over. */
  readonly abortHandlers: AbortSignal;
  readonly deadLetters: Topic<unknown>;
}

/** Where messages come from: a lease or a competing member. */
export interface Source {
  readonly lost: AbortSignal;
  fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]>;
}

/**
 * Fetches and handles until stopped; while one commit is being stored the next batch is handled. Ends with everything handled
 * committed; throws when the lease or group ends.
 */
export async function workLoop(
  { settings, stopFetching }: GroupWork,
  source: Source,
  commits: CommitQueue | undefined,
  handle: (deliveries: readonly Delivery[]) => Promise<void>,
): Promise<void> {
  const { batch, leaseMs } = settings;
  using fetching = linkedSignal(commits ? [stopFetching, commits.failed] : [stopFetching]);
  const fetch = () => source.fetch(batch, { signal: fetching.signal });
  while (!stopFetching.aborted) {
    await commits?.waitForCapacity(batch + 1);
    const deliveries = await retryWork(settings, fetching.signal, fetch, { recoveredAfterMs: leaseMs });
    if (deliveries.length === 0) {
      // A member that is being closed has nothing more at once; what closes it needs the event loop.
      await setImmediate();
      continue;
    }
    await handle(deliveries);
    commits?.startCommit();
  }
  if (!source.lost.aborted) await commits?.flush();
}

/** Reports a handled batch to the observer, a call per topic. */
export function reportBatch(
  { group, observer }: Settings,
  deliveries: readonly Delivery[],
  durationMs: number,
): void {
  if (observer.redelivered) {
    for (const delivery of deliveries) {
      if (delivery.attempt > 1) observer.redelivered({ group, message: delivery, attempt: delivery.attempt });
    }
  }
  if (!observer.handled) return;
  const counts = new Map<string, number>();
  for (const { topic } of deliveries) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  for (const [topic, messages] of counts) {
    observer.handled({ group, topic, messages, durationMs: (durationMs * messages) / deliveries.length });
  }
}
