import type { Lease } from '../lease.ts';
import type { Delivery } from '../record.ts';
import type { Topic } from '../topic.ts';
import { linkedSignal } from './abortable.ts';
import { runBatch } from './batch-run.ts';
import { Committer } from './committer.ts';
import { Deduper } from './dedupe.ts';
import { Preloader } from './preload.ts';
import { CommitRefused, Refusals } from './refusals.ts';
import { reportBatch } from './report-batch.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { StateCache } from './state-cache.ts';

/**
 * Works a lease at least once or exactly once: fetches, handles in key order, commits; while one commit is being stored
 * the next batch is handled. Ends when drained, with everything handled committed; throws when the lease or group ends.
 */
export async function runSteps(
  settings: Settings,
  lease: Lease,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const refusals = new Refusals();
  /** Fetched and not acknowledged, in order. */
  const inHand: Delivery[] = [];
  do {
    try {
      await workUntilRefused({ settings, lease, signals, deadLetters, refusals, inHand });
    } catch (error) {
      if (!(error instanceof CommitRefused)) throw error;
      refusals.add(error);
    }
  } while (!signals.drain.aborted);
}

interface LeaseWork {
  readonly settings: Settings;
  readonly lease: Lease;
  readonly signals: WorkerSignals;
  readonly deadLetters: Topic<unknown>;
  readonly refusals: Refusals;
  readonly inHand: Delivery[];
}

/** Begins with what is in hand already, on caches that know nothing of what was handled and never stored. */
async function workUntilRefused(work: LeaseWork): Promise<void> {
  const { settings, lease, signals, deadLetters, refusals, inHand } = work;
  const state = new StateCache(lease);
  const deduper = new Deduper(settings, lease);
  const preloader = new Preloader();
  const committer = new Committer(settings, lease, state, {
    onStored: (stored) => {
      deduper.stored(stored.seen);
      refusals.forget(stored.settled);
      inHand.splice(0, stored.settled.length);
    },
  });
  using fetching = linkedSignal([signals.drain, committer.failed]);
  const tools = {
    settings,
    lease,
    committer,
    deduper,
    deadLetters,
    refusals,
    drain: signals.drain,
    signal: signals.abandon,
    state: settings.delivery === 'exactly-once' ? state : undefined,
    missedState: preloader.learn,
  };
  let again = [...inHand];
  while (!signals.drain.aborted) {
    await committer.room(settings.batch + 1);
    const deliveries = again.length > 0 ? again : await fetch(work, fetching.signal);
    if (deliveries.length === 0) continue;
    if (again.length === 0) for (const delivery of deliveries) inHand.push(delivery);
    again = [];
    const started = performance.now();
    await retryWork(settings, signals.drain, () =>
      Promise.all([deduper.prepare(deliveries), preloader.prepare(state, deliveries)]),
    );
    await runBatch(tools, deliveries);
    reportBatch(settings, deliveries, performance.now() - started);
    committer.kick();
  }
  if (!lease.lost.aborted) await committer.flush();
}

function fetch({ settings, lease }: LeaseWork, signal: AbortSignal): Promise<Delivery[]> {
  return retryWork(settings, signal, () => lease.fetch(settings.batch, { signal }));
}
