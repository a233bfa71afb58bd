import type { Lease } from '../lease.ts';
import type { Topic } from '../topic.ts';
import { runBatch } from './batch-run.ts';
import { Committer } from './committer.ts';
import { Deduper } from './dedupe.ts';
import { Preloader } from './preload.ts';
import { reportBatch } from './report-batch.ts';
import type { Settings } from './settings.ts';
import type { WorkerSignals } from './signals.ts';
import { StateCache } from './state-cache.ts';
import { stubbornly } from './stubborn.ts';

/**
 * Works a lease at least once or exactly once: fetches, handles in key order, commits; while one step is being stored
 * the next batch is handled. Ends when drained, with everything handled committed; throws when the lease or group ends.
 */
export async function runSteps(
  settings: Settings,
  lease: Lease,
  signals: WorkerSignals,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const state = new StateCache(lease);
  const deduper = new Deduper(settings, lease);
  const preloader = new Preloader();
  const committer = new Committer(settings, lease, state, (step) => deduper.stored(step.seen));
  const tools = {
    settings,
    lease,
    committer,
    deduper,
    deadLetters,
    drain: signals.drain,
    signal: signals.abandon,
    state: settings.delivery === 'exactly-once' ? state : undefined,
    missedState: preloader.learn,
  };
  while (!signals.drain.aborted) {
    await committer.room(settings.batch + 1);
    const deliveries = await stubbornly(settings, signals.drain, () =>
      lease.fetch(settings.batch, { signal: signals.drain }),
    );
    if (deliveries.length === 0) continue;
    const started = performance.now();
    await stubbornly(settings, signals.drain, () =>
      Promise.all([deduper.prepare(deliveries), preloader.prepare(state, deliveries)]),
    );
    await runBatch(tools, deliveries);
    reportBatch(settings, deliveries, performance.now() - started);
    committer.kick();
  }
  if (!lease.lost.aborted) await committer.flush();
}
