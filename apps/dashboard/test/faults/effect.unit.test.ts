import { expect, it } from 'vitest';
import type { GroupFigures, TopicFigures } from '../../src/api/snapshot.ts';
import { calmFor } from '../../src/faults/break-it.ts';
import { observe, unobserved, withStored } from '../../src/faults/effect.ts';
import type { Watched } from '../../src/watch/watcher.ts';

const at = Date.parse('2026-11-30T12:00:00Z');

function group(part: Partial<GroupFigures>): GroupFigures {
  return {
    name: 'payment',
    mode: 'partitioned',
    topics: ['payment-events'],
    members: 1,
    lag: 0,
    pending: 0,
    ageMs: 0,
    trend: 0,
    caughtUpInS: null,
    state: 'idle',
    ...part,
  };
}

function topic(name: string, records: number): TopicFigures {
  return { name, partitions: 1, records, perSecond: null };
}

function seen(groups: readonly GroupFigures[], topics: readonly TopicFigures[] = []): Watched {
  return { topics, groups };
}

it('keeps the most and the fewest of what was seen, whatever comes after', () => {
  const effect = [
    seen([group({ members: 2 })]),
    seen([group({ lag: 7, ageMs: 900, members: 1 })]),
    seen([group({ members: 3 })]),
  ].reduce((observed, watched, index) => observe(observed, watched, at + index), unobserved).effect;
  expect(effect).toMatchObject({ peakLag: 7, peakAgeMs: 900, fewestMembers: 1, mostMembers: 3 });
});

it('keeps what was stored in one step, although no look saw it unread', () => {
  const before = observe(unobserved, seen([group({})]), at);
  const after = observe(withStored(before, 2), seen([group({})]), at + 1_000);
  expect(after.effect.peakLag).toBe(2);
});

it('counts dead letters above those that there were, and the time in which nothing was stored', () => {
  const letters = (count: number): TopicFigures => topic('payment.dead-letters', count);
  const effect = [
    [seen([], [letters(4)]), 0],
    [seen([], [letters(4)]), 6_000],
    [seen([], [letters(6)]), 8_000],
  ] as const;
  const observed = effect.reduce((last, [watched, after]) => observe(last, watched, at + after), unobserved);
  expect(observed.effect).toMatchObject({ deadLetters: 2, silentMs: 8_000 });
});

it('does not show unknown figures as none', () => {
  const { effect } = observe(unobserved, seen([group({ lag: null, ageMs: null })]), at);
  expect(effect).toMatchObject({ peakLag: null, peakAgeMs: null });
});

it('is calm only since the last fault is over, whichever began first', () => {
  expect(calmFor([{ endedAt: at }, { endedAt: at + 40_000 }], at + 50_000)).toBe(10_000);
  expect(calmFor([{ endedAt: at }, { endedAt: null }], at + 50_000)).toBe(0);
});
