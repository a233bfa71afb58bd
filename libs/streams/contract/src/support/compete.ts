import type { CompetingMember, CompetingStep, StoredRecord } from '@millrace/streams';
import { competeOptions } from './join-options.ts';
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

export function settle(record: StoredRecord): CompetingStep {
  return { record, settled: true, outputs: [] };
}
