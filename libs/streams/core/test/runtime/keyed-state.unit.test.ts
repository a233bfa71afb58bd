import { describe, expect, it } from 'vitest';
import type { Lease } from '../../src/lease.ts';
import { KeyedState, type StateAttempt } from '../../src/runtime/keyed-state.ts';
import { LatestWrites } from '../../src/runtime/latest-writes.ts';
import { StateCache } from '../../src/runtime/state-cache.ts';

function stateOver(stored: Readonly<Record<string, string>>): {
  state: KeyedState<number>;
  missed: string[];
} {
  const writes = new LatestWrites();
  const missed: string[] = [];
  const attempt: StateAttempt = {
    written: (store, key) => writes.find(store, key)?.value,
    missed: (_, key) => missed.push(key),
    write: (store, key, value) => writes.set({ store, key, value }),
  };
  const load: Lease['load'] = async (_, keys) => keys.map((key) => stored[key]);
  const cache = new StateCache({ load } as Partial<Lease> as Lease);
  return { state: new KeyedState<number>(attempt, cache, 'counts'), missed };
}

describe('KeyedState', () => {
  it('shows a try its own writes, deletions too', async () => {
    const { state, missed } = stateOver({ a: '1', b: '2' });
    state.set('a', 7);
    state.delete('b');
    expect([await state.get('a'), await state.get('b')]).toEqual([7, undefined]);
    expect(missed).toEqual([]);
  });

  it('says what it had to load, once', async () => {
    const { state, missed } = stateOver({ a: '1' });
    expect([await state.get('a'), await state.get('a'), await state.get('c')]).toEqual([1, 1, undefined]);
    expect(missed).toEqual(['a', 'c']);
  });
});
