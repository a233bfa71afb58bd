import type { Delivery, Driver, JoinOptions, Lease } from '@millrace/streams';
import { waitFor, within } from './wait-for.ts';

/** A member of a partitioned group straight on the driver. */
export interface RawMember extends AsyncDisposable {
  readonly member: string;
  /** Leases gained so far that are neither lost nor given back. */
  held(): Lease[];
  /** The lease of this partition, once it is gained. */
  lease(partition: number): Promise<Lease>;
}

/** Joins; a lease that is revoked is given back at once when `obliging`. */
export async function joinRaw(
  driver: Driver,
  group: string,
  options: JoinOptions,
  obliging = true,
): Promise<RawMember> {
  const membership = await driver.join(group, options);
  const held = new Set<Lease>();
  const gaining = (async () => {
    for await (const lease of membership) {
      held.add(lease);
      const end = (): boolean => held.delete(lease);
      lease.lost.addEventListener('abort', end);
      if (obliging)
        lease.revoked.addEventListener('abort', () => void lease[Symbol.asyncDispose]().then(end));
    }
  })();
  return {
    member: membership.member,
    held: () => [...held],
    lease: (partition) =>
      waitFor(`the lease of partition ${partition} is gained`, () =>
        [...held].find((lease) => lease.partition === partition),
      ),
    [Symbol.asyncDispose]: async () => {
      await within('the membership is left', membership[Symbol.asyncDispose]());
      await within('no further leases come', gaining);
    },
  };
}

/** Fetches until there are `count` deliveries. */
export async function fetchCount(
  source: { fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]> },
  count: number,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < count) {
    const more = await within(
      `${count} records are fetched`,
      source.fetch(count - deliveries.length, { signal: never }),
    );
    if (more.length === 0) throw new Error(`fetch ended after ${deliveries.length} of ${count} records`);
    deliveries.push(...more);
  }
  return deliveries;
}

/**
 * Fetches and acknowledges until `count` records are acknowledged. Behind an owner that died a driver may hand out the records
 * one at a time, the next only once the last is acknowledged, so that the one that kills its owner can be told apart.
 */
export async function settleCount(lease: Lease, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < count) {
    const balanced = await fetchCount(lease, 1);
    await lease.commit({ acknowledged: balanced, outputs: [], state: [], dedupeIds: [] });
    deliveries.push(...balanced);
  }
  return deliveries;
}

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;
