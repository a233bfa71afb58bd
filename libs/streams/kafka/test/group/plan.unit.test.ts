import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlannedMember, planAssignments } from '../../src/group/plan.ts';

const partitions = 6;

/** Members that follow what they are told, give back what is recalled, come, leave and die. */
interface Group {
  readonly members: Map<string, { owned: Map<number, number>; leaving: boolean }>;
  generation: number;
}

const event = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), id: fc.nat({ max: 4 }) }),
  fc.record({ kind: fc.constant('die' as const), id: fc.nat({ max: 4 }) }),
  fc.record({ kind: fc.constant('leave' as const), id: fc.nat({ max: 4 }) }),
);

describe('the assignment of leases', () => {
  it('never gives what somebody holds, and ends evenly shared', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const group: Group = { members: new Map(), generation: 0 };
        for (const { kind, id } of events) {
          const name = `m${id}`;
          const member = group.members.get(name);
          if (kind === 'join' && !member) group.members.set(name, { owned: new Map(), leaving: false });
          if (kind === 'die') group.members.delete(name);
          if (kind === 'leave' && member) member.leaving = true;
          round(group, false);
        }
        for (let again = 0; again < 3; again++) round(group, true);
        const staying = [...group.members.values()].filter(({ leaving }) => !leaving);
        if (staying.length === 0) return;
        const shares = staying.map(({ owned }) => owned.size);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(partitions);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('leaves what is recalled with its holder until that gives it back', () => {
    const holder = member('a', [
      [0, 1],
      [1, 1],
    ]);
    const first = planAssignments([holder, member('b', [])], 2);
    expect(first.get('a')).toEqual({
      leases: [
        [0, 1],
        [1, 1],
      ],
      recalled: [1],
    });
    expect(first.get('b')).toEqual({ leases: [], recalled: [] });
    const second = planAssignments([member('a', [[0, 1]]), member('b', [])], 3);
    expect(second.get('b')).toEqual({ leases: [[1, 3]], recalled: [] });
  });
});

function member(
  id: string,
  owned: readonly (readonly [number, number])[],
  count = 2,
  leaving = false,
): PlannedMember {
  return { id, subscription: { name: id, topics: { t: count }, owned, leaving } };
}

/** One rebalance; whoever is recalled gives back when `obliging`. */
function round(group: Group, obliging: boolean): void {
  group.generation += 1;
  const before = new Map<number, string>();
  for (const [id, { owned }] of group.members) for (const number of owned.keys()) before.set(number, id);
  const planned = [...group.members].map(([id, { owned, leaving }]) =>
    member(id, [...owned], partitions, leaving),
  );
  const plan = planAssignments(planned, group.generation);
  const seen = new Set<number>();
  for (const [id, { leases, recalled }] of plan) {
    const own = group.members.get(id);
    for (const [number] of leases) {
      expect(seen.has(number)).toBe(false);
      seen.add(number);
      if (before.has(number)) expect(before.get(number)).toBe(id);
    }
    if (own) own.owned = new Map(leases);
    if (obliging) for (const number of recalled) own?.owned.delete(number);
  }
}
