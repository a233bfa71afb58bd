import { isStreamsError, locate, StreamsError, toStreamsError } from '../errors.ts';
import type { Lease, Membership } from '../lease.ts';
import { aborted, anySignal, linkedSignal } from '../signals.ts';
import type { Topic } from '../topic.ts';
import { runAtMostOnce } from './at-most-once-worker.ts';
import { runExternal, runLease } from './lease-worker.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Settings } from './settings.ts';

const workers = {
  'at-most-once': runAtMostOnce,
  'at-least-once': runLease,
  'exactly-once': runLease,
  external: runExternal,
} as const;

/** Works every lease that the membership yields until the member stops; throws when the group cannot go on. */
export async function runPartitioned(
  settings: Settings,
  membership: Membership,
  lifecycle: Lifecycle,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const working = new Set<Promise<void>>();
  const leases = membership[Symbol.asyncIterator]();
  const drained = aborted(lifecycle.stopFetching);
  try {
    for (;;) {
      const next = await Promise.race([leases.next(), drained]);
      if (!next || next.done) break;
      const work = workLease(settings, next.value, lifecycle, deadLetters).finally(() =>
        working.delete(work),
      );
      work.catch((error: unknown) => lifecycle.fail(error));
      working.add(work);
    }
  } finally {
    // Disposing leaves too, and says what is wrong.
    await membership.leave().catch(() => undefined);
    await Promise.allSettled(working);
    await membership[Symbol.asyncDispose]();
  }
}

async function workLease(
  settings: Settings,
  lease: Lease,
  lifecycle: Lifecycle,
  deadLetters: Topic<unknown>,
): Promise<void> {
  const { group, observer } = settings;
  const { partition, epoch } = lease;
  lifecycle.gained(partition);
  observer.leaseGained?.({ group, partition, epoch });
  using stopFetching = linkedSignal([lifecycle.stopFetching, lease.revoked, lease.lost]);
  const abortHandlers = anySignal([lifecycle.abortHandlers, lease.lost, lifecycle.graceAfter(lease.revoked)]);
  const work = { settings, deadLetters, stopFetching: stopFetching.signal, abortHandlers };
  try {
    await lifecycle.withGracePeriod(workers[settings.delivery](work, lease), abortHandlers);
  } catch (thrown) {
    if (endsLeaseOnly(thrown, lease)) return;
    const error = toStreamsError(thrown, 'INTERNAL', 'the worker failed');
    throw locate(error, group, { partition });
  } finally {
    observer.leaseEnded?.({ group, partition, reason: lease.lost.aborted ? 'lost' : 'released' });
    await lease[Symbol.asyncDispose]();
    lifecycle.ended(partition);
  }
}

/** Losing a lease is part of a group's life: somebody else goes on with it. */
function endsLeaseOnly(error: unknown, lease: Lease): boolean {
  return isStreamsError(error, 'FENCED') || (lease.lost.aborted && error instanceof StreamsError);
}
