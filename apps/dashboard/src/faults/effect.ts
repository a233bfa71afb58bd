import type { FaultEffect } from '../api/faults.ts';
import type { Watched } from '../watch/watcher.ts';

/** What was seen of a fault so far, and what the next look is compared with. */
export interface Observed {
  readonly effect: FaultEffect;
  /** Undefined before the first look. */
  readonly before:
    | { readonly deadLetters: number; readonly records: number; readonly storedAt: number }
    | undefined;
}

export const unobserved: Observed = {
  effect: {
    peakLag: null,
    peakAgeMs: null,
    fewestMembers: null,
    mostMembers: null,
    deadLetters: 0,
    silentMs: null,
  },
  before: undefined,
};

/** With this look too; dead letters are those above the number that there was at the first. */
export function observe({ effect, before }: Observed, { topics, groups }: Watched, now: number): Observed {
  const records = recordsOf(topics);
  const letters = recordsOf(topics.filter(({ name }) => name.endsWith('.dead-letters')));
  const members = sum(groups.map((group) => group.members));
  const first = before ?? { deadLetters: letters, records, storedAt: now };
  return {
    effect: {
      peakLag: most(effect.peakLag, sum(groups.map(({ lag }) => lag))),
      peakAgeMs: groups.reduce((peak, { ageMs }) => most(peak, ageMs), effect.peakAgeMs),
      fewestMembers: least(effect.fewestMembers, members),
      mostMembers: most(effect.mostMembers, members),
      deadLetters: Math.max(effect.deadLetters, letters - first.deadLetters),
      silentMs: most(effect.silentMs, now - first.storedAt),
    },
    before: { ...first, records, storedAt: records === first.records ? first.storedAt : now },
  };
}

/** Records that were stored in one step were the lag of their readers at that moment, however fast those were. */
export function withStored(observed: Observed, records: number): Observed {
  const { effect } = observed;
  return { ...observed, effect: { ...effect, peakLag: most(effect.peakLag, records) } };
}

function recordsOf(topics: Watched['topics']): number {
  return topics.reduce((total, { records }) => total + records, 0);
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
