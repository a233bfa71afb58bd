import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Delivery, Driver, NewRecord, StoredRecord } from '@millrace/streams';
import type { JoinOptions, Lease, Membership } from '@millrace/streams/driver';

export function uniqueName(kind: string): string {
  return `${kind}-${randomUUID().slice(0, 8)}`;
}

export function records(topic: string, values: readonly string[], partition = 0): NewRecord[] {
  return values.map((value) => ({ topic, partition, key: null, value, headers: {}, timestamp: Date.now() }));
}

export function texts(found: readonly StoredRecord[]): string[] {
  return found.map(({ value }) => Buffer.from(value ?? []).toString());
}

export async function stored(driver: Driver, topic: string, partition = 0): Promise<string[]> {
  const found: string[] = [];
  for await (const chunk of driver.read(topic, partition, 'earliest', { to: 'now', max: 500 }))
    found.push(...texts(chunk));
  return found;
}

export function joinOptions(topics: readonly string[], overrides: Partial<JoinOptions> = {}): JoinOptions {
  return {
    topics,
    start: 'earliest',
    acks: 'leader',
    leaseMs: 2_000,
    maxInFlight: 1_000,
    commitKind: 'atomic',
    stores: [],
    dedupeWindow: 0,
    ...overrides,
  };
}

export async function firstLease(membership: Membership): Promise<Lease> {
  for await (const lease of membership) return lease;
  throw new Error('the membership ended without a lease');
}

/** Fetches until there are `count`, as the library does: what may succeed later is repeated. */
export async function fetchCount(source: Pick<Lease, 'fetch'>, count: number): Promise<Delivery[]> {
  const { signal } = new AbortController();
  const deliveries: Delivery[] = [];
  while (deliveries.length < count) {
    const more = await stubbornly(() => source.fetch(count - deliveries.length, { signal }));
    if (more.length === 0) throw new Error(`the lease ended after ${deliveries.length} of ${count} records`);
    deliveries.push(...more);
  }
  return deliveries;
}

export async function stubbornly<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const retryable = error instanceof Error && 'retryable' in error && error.retryable === true;
      if (!retryable) throw error;
      await delay(20);
    }
  }
}

export async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`waited 30 s in vain until ${what}`);
    await delay(20);
  }
}
