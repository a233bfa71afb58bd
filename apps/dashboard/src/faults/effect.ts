import type { FaultEffect } from '../api/faults.ts';
import type { Watched } from '../watch/watcher.ts';

export type Effect = FaultEffect;

export const noEffect: Effect = { peakLag: null, peakAgeMs: null, fewestMembers: null, deadLetters: 0 };

/** What was seen so far, with this look; dead letters are those above the number that there was before. */
export function effectOf(seen: Effect, { topics, groups }: Watched, deadLettersBefore: number): Effect {
  const letters = topics
    .filter(({ name }) => name.endsWith('.dead-letters'))
    .reduce((sum, { records }) => sum + records, 0);
  return {
    peakLag: most(seen.peakLag, sum(groups.map(({ lag }) => lag))),
    peakAgeMs: groups.reduce((peak, { ageMs }) => most(peak, ageMs), seen.peakAgeMs),
    fewestMembers: least(seen.fewestMembers, sum(groups.map(({ members }) => members))),
    deadLetters: Math.max(seen.deadLetters, letters - deadLettersBefore),
  };
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function most(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.max(one, other);
}

function least(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}
