import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { WorkerSignals } from '../signals.ts';
import { linkedSignal } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { runBatch } from './batch-run.ts';
import { CommitQueue } from './commit-queue.ts';
import { Deduper } from './dedupe.ts';
import { Preloader } from './preload.ts';
import { CommitRefused, Refusals } from './refusals.ts';
import { reportBatch } from './report-batch.ts';
import { retryFetch, retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import { StateCache } from './state-cache.ts';

/**
 * Works a lease at least once or exactly once: fetches, handles in key order, commits; while one commit is being stored
 * the next batch is handled. Ends when stopped, with everything handled committed; throws when the lease or group ends.
 */
export async function runLease(
  settings: Settings,
  lease: Lease,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const refusals = new Refusals();
  /** Fetched and not acknowledged, in order. */
  const inFlight: Delivery[] = [];
  do {
    try {
      await workUntilRefused({ settings, lease, signals, deadLetters, refusals, inFlight });
    } catch (error) {
      if (!(error instanceof CommitRefused)) throw error;
      refusals.add(error);
    }
  } while (!signals.stopFetching.aborted);
}

interface LeaseWork {
  readonly settings: Settings;
  readonly lease: Lease;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly refusals: Refusals;
  readonly inFlight: Delivery[];
}

/** Begins with what is in flight already, on caches that know nothing of what was handled and never stored. */
async function workUntilRefused(work: LeaseWork): Promise<void> {
  const { settings, lease, signals, deadLetters, refusals, inFlight } = work;
  const state = new StateCache(lease);
  const deduper = new Deduper(settings, lease);
  const preloader = new Preloader();
  const commitQueue = new CommitQueue(settings, lease, state, {
    onStored: (stored) => {
      deduper.stored(stored.dedupeIds);
      refusals.forget(stored.acknowledged);
      inFlight.splice(0, stored.acknowledged.length);
    },
  });
  using fetching = linkedSignal([signals.stopFetching, commitQueue.failed]);
  const tools = {
    settings,
    lease,
    commitQueue,
    deduper,
    deadLetters,
    refusals,
    stopFetching: signals.stopFetching,
    signal: signals.abortHandlers,
    state: settings.delivery === 'exactly-once' ? state : undefined,
    missedState: preloader.learn,
  };
  let again = [...inFlight];
  while (!signals.stopFetching.aborted) {
    await commitQueue.waitForCapacity(settings.batch + 1);
    const deliveries = again.length > 0 ? again : await fetch(work, fetching.signal);
    if (deliveries.length === 0) continue;
    if (again.length === 0) for (const delivery of deliveries) inFlight.push(delivery);
    again = [];
    const started = performance.now();
    await retryWork(settings, signals.stopFetching, () =>
      Promise.all([deduper.prepare(deliveries), preloader.prepare(state, deliveries)]),
    );
    await runBatch(tools, deliveries);
    reportBatch(settings, deliveries, performance.now() - started);
    commitQueue.startCommit();
  }
  if (!lease.lost.aborted) await commitQueue.flush();
}

function fetch({ settings, lease }: LeaseWork, signal: AbortSignal): Promise<Delivery[]> {
  return retryFetch(settings, signal, () => lease.fetch(settings.batch, { signal }));
}
