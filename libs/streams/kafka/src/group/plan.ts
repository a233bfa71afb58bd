import { assign } from '@millrace/streams/driver';
import { highestCount } from './partition-counts.ts';
import type { Assignment, Subscription } from './protocol.ts';

export interface PlannedMember {
  readonly id: string;
  readonly subscription: Subscription;
}

/**
 * What each member is to hold, by its id. A lease that is to move stays with its holder, recalled, until a later
 * assignment finds it given back: nobody ever gains what another one has not let go.
 */
export function planAssignments(
  members: readonly PlannedMember[],
  generation: number,
): Map<string, Assignment> {
  const ordered = members.toSorted((a, b) => (a.subscription.name < b.subscription.name ? -1 : 1));
  const held = holders(ordered);
  const count = Math.max(0, ...ordered.map(({ subscription }) => highestCount(subscription.topics)));
  const candidates = ordered
    .filter(({ subscription }) => !subscription.leaving)
    .map(({ id, subscription }) => ({ name: id, numbers: highestCount(subscription.topics) }));
  const current = Array.from({ length: count }, (_, number) => held.get(number)?.id);
  const target = assign(candidates, current);
  const leases = new Map<string, [number, number][]>(members.map(({ id }) => [id, []]));
  const recalled = new Map<string, number[]>(members.map(({ id }) => [id, []]));
  for (let number = 0; number < count; number++) {
    const [holder, next] = [held.get(number), target[number]];
    if (holder) {
      leases.get(holder.id)?.push([number, holder.epoch]);
      if (holder.id !== next && next !== undefined) recalled.get(holder.id)?.push(number);
    } else if (next !== undefined) leases.get(next)?.push([number, generation]);
  }
  return new Map(
    members.map(({ id }) => [id, { leases: leases.get(id) ?? [], recalled: recalled.get(id) ?? [] }]),
  );
}

/** Two that claim the same number cannot be; if they were, the younger claim would count. */
function holders(members: readonly PlannedMember[]): Map<number, { id: string; epoch: number }> {
  const held = new Map<number, { id: string; epoch: number }>();
  for (const { id, subscription } of members) {
    for (const [number, epoch] of subscription.owned) {
      if ((held.get(number)?.epoch ?? -1) < epoch) held.set(number, { id, epoch });
    }
  }
  return held;
}
