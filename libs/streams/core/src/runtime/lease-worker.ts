import type { Lease } from '../lease.ts';
import type { Position } from '../position.ts';
import type { Delivery } from '../record.ts';
import { attemptAll, type LoopTools } from './attempt-loop.ts';
import { CommitQueue } from './commit-queue.ts';
import { leaseTarget } from './commit-target.ts';
import { deadLettered } from './dead-letter.ts';
import { Deduper } from './dedupe.ts';
import { Preloader } from './preload.ts';
import { CommitRefused, Refusals } from './refusals.ts';
import { retryWork } from './retry-work.ts';
import { StateCache } from './state-cache.ts';
import { type GroupWork, reportBatch, workLoop } from './work-loop.ts';

/** Works a lease at least once or exactly once, in key order, until stopped; throws when the lease or group ends. */
export async function runLease(work: GroupWork, lease: Lease): Promise<void> {
  const refusals = new Refusals();
  /** Fetched and not acknowledged, in order. */
  const inFlight: Delivery[] = [];
  do {
    try {
      await workUntilRefused(work, lease, { refusals, inFlight });
    } catch (error) {
      if (!(error instanceof CommitRefused)) throw error;
      refusals.add(error);
    }
  } while (!work.stopFetching.aborted);
}

/** Begins with what is in flight already, on caches that know nothing of what was handled and never stored. */
async function workUntilRefused(
  work: GroupWork,
  lease: Lease,
  { refusals, inFlight }: { readonly refusals: Refusals; readonly inFlight: Delivery[] },
): Promise<void> {
  const { settings, stopFetching } = work;
  const state = new StateCache(lease);
  const deduper = new Deduper(settings, lease);
  const preloader = new Preloader();
  const commits = new CommitQueue(settings, leaseTarget(lease, state), {
    onStored: (stored) => {
      deduper.stored(stored.dedupeIds);
      refusals.forget(stored.acknowledged);
      inFlight.splice(0, stored.acknowledged.length);
    },
  });
  const tools: LoopTools = {
    ...work,
    concurrency: settings.concurrency,
    commits,
    deduper,
    refusals,
    state: settings.delivery === 'exactly-once' ? state : undefined,
    missedState: preloader.learn,
  };
  const again = [...inFlight];
  const fetch: Lease['fetch'] = async (max, options) => {
    if (again.length > 0) return again.splice(0);
    const deliveries = await lease.fetch(max, options);
    for (const delivery of deliveries) inFlight.push(delivery);
    return deliveries;
  };
  await workLoop(work, { lost: lease.lost, fetch }, commits, async (deliveries) => {
    const started = performance.now();
    await retryWork(settings, stopFetching, () =>
      Promise.all([deduper.prepare(deliveries), preloader.prepare(state, deliveries)]),
    );
    await attemptAll(tools, deliveries);
    reportBatch(settings, deliveries, performance.now() - started);
  });
}

/**
 * Works a lease whose positions the handlers save in a database of their own. The backend gets the positions too,
 * afterwards and only so that lag can be seen: on failover what the database says counts.
 */
export async function runExternal(work: GroupWork, lease: Lease): Promise<void> {
  const { settings, deadLetters } = work;
  const loaded = (await settings.external?.load([...settings.routes.keys()], lease.partition)) ?? [];
  const savedPositions = new Map<string, Position>(loaded.map((position) => [position.topic, position]));
  await lease.seek(loaded);
  const commits = new CommitQueue(settings, leaseTarget(lease), {
    // Their batch is saved already, so it cannot be handled again: the letters stand for what could not be sent.
    onRefused: ({ acknowledged }, error) =>
      acknowledged.map((record) =>
        deadLettered(settings, deadLetters, { record, attempts: record.attempt, error }),
      ),
  });
  const tools: LoopTools = { ...work, concurrency: 1, commits, savedPositions };
  await workLoop(work, lease, commits, async (deliveries) => {
    const started = performance.now();
    await attemptAll(tools, deliveries);
    reportBatch(settings, deliveries, performance.now() - started);
  });
}
