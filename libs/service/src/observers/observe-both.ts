import type { Observer } from '@millrace/streams';

/** One observer that tells two. */
export function observeBoth(one: Observer, other: Observer | undefined): Observer {
  if (!other) return one;
  return {
    leaseGained: both(one.leaseGained, other.leaseGained),
    leaseEnded: both(one.leaseEnded, other.leaseEnded),
    handled: both(one.handled, other.handled),
    committed: both(one.committed, other.committed),
    redelivered: both(one.redelivered, other.redelivered),
    failed: both(one.failed, other.failed),
    deadLettered: both(one.deadLettered, other.deadLettered),
    deduplicated: both(one.deduplicated, other.deduplicated),
    error: both(one.error, other.error),
    recovered: both(one.recovered, other.recovered),
  };
}

type Listener<Event> = ((event: Event) => void) | undefined;

function both<Event>(one: Listener<Event>, other: Listener<Event>): (event: Event) => void {
  return (event) => {
    one?.(event);
    other?.(event);
  };
}
