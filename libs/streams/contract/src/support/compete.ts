import type { CompetingCommit, CompetingMember, Delivery, StoredRecord } from '@millrace/streams';
import { competeOptions } from './join-options.ts';
import { fetchCount } from './raw-member.ts';
import type { World } from './world.ts';

/** A competing member on a client of its own. */
export async function compete(
  world: World,
  group: string,
  topic: string,
  leaseMs = 10_000,
): Promise<CompetingMember> {
  return await (await world.open()).compete(group, competeOptions([topic], { leaseMs }));
}

export function acknowledge(record: StoredRecord): CompetingCommit {
  return { record, acknowledged: true, outputs: [] };
}

/** Fetches and acknowledges one by one: behind a member that died a driver may hand out the next only then. */
export async function acknowledgeClaims(member: CompetingMember, count: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  while (deliveries.length < count) {
    const taken = await fetchCount(member, 1);
    await member.commit(taken.map(acknowledge));
    deliveries.push(...taken);
  }
  return deliveries;
}
