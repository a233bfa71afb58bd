import { expect } from 'vitest';
import type { Item } from '../member/items.ts';

/** `count` items, spread over the keys in turn; an item's sequence counts within its key. */
export function makeItems(count: number, keys: number, prefix = 'k'): Item[] {
  return Array.from({ length: count }, (_, index) => {
    const key = `${prefix}${index % keys}`;
    const sequence = Math.floor(index / keys);
    return { id: `${key}-${sequence}`, key, sequence };
  });
}

/** Each item exactly once and each key's items in the order they were published. */
export function expectExactlyOnce(handled: readonly Item[], published: readonly Item[]): void {
  expect(idsByKey(handled)).toEqual(idsByKey(published));
}

/** Nothing lost, and no item before its key's earlier ones; repeats go back and then on in order. */
export function expectAtLeastOnce(handled: readonly Item[], published: readonly Item[]): void {
  expect(new Set(handled.map(({ id }) => id))).toEqual(new Set(published.map(({ id }) => id)));
  const reached = new Map<string, number>();
  const skipped = handled.filter(({ key, sequence }) => {
    const next = (reached.get(key) ?? -1) + 1;
    if (sequence === next) reached.set(key, sequence);
    return sequence > next;
  });
  expect(skipped).toEqual([]);
}

/** Nothing twice and each key in order; what a crash lost is missing. */
export function expectAtMostOnce(handled: readonly Item[]): void {
  const reached = new Map<string, number>();
  const repeated = handled.filter(({ key, sequence }) => {
    const back = sequence <= (reached.get(key) ?? -1);
    reached.set(key, sequence);
    return back;
  });
  expect(repeated).toEqual([]);
}

function idsByKey(items: readonly Item[]): Record<string, string[]> {
  const byKey: Record<string, string[]> = {};
  for (const { id, key } of items) {
    byKey[key] ??= [];
    byKey[key].push(id);
  }
  return byKey;
}
