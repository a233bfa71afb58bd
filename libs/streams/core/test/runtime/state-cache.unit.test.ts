import { describe, expect, it } from 'vitest';
import type { Lease } from '../../src/lease.ts';
import { StateCache } from '../../src/runtime/state-cache.ts';

function leaseOver(stored: Readonly<Record<string, string>>): { lease: Lease; asked: string[][] } {
  const asked: string[][] = [];
  const load: Lease['load'] = async (_, keys) => {
    asked.push([...keys]);
    return keys.map((key) => stored[key]);
  };
  return { lease: { load } as Lease, asked };
}

describe('StateCache', () => {
  it('asks the backend once for each key, absent ones included', async () => {
    const { lease, asked } = leaseOver({ a: '1' });
    const cache = new StateCache(lease);
    await cache.load('stock', ['a', 'b', 'a']);
    await cache.load('stock', ['b', 'a', 'c']);
    expect(asked).toEqual([['a', 'b'], ['c']]);
    expect([cache.peek('stock', 'a'), cache.peek('stock', 'b')]).toEqual(['1', null]);
  });

  it('shows what is staged before what is stored, and keeps it after the commit', async () => {
    const { lease, asked } = leaseOver({ a: '1' });
    const cache = new StateCache(lease);
    const write = { store: 'stock', key: 'a', value: '2' };
    cache.stage(write);
    expect(cache.peek('stock', 'a')).toBe('2');
    cache.committed([write]);
    await cache.load('stock', ['a']);
    expect(cache.peek('stock', 'a')).toBe('2');
    expect(asked).toEqual([]);
  });

  it('keeps a newer staged write when an older one is committed', () => {
    const cache = new StateCache(leaseOver({}).lease);
    const older = { store: 'stock', key: 'a', value: '1' };
    cache.stage(older);
    cache.stage({ ...older, value: null });
    cache.committed([older]);
    expect(cache.peek('stock', 'a')).toBeNull();
  });

  it('stays bounded, and never drops what is not committed', async () => {
    const { lease } = leaseOver({});
    const cache = new StateCache(lease);
    cache.stage({ store: 'stock', key: 'mine', value: '1' });
    for (let first = 0; first < 100_000; first += 1_000) {
      await cache.load(
        'stock',
        Array.from({ length: 1_000 }, (_, index) => `key-${first + index}`),
      );
    }
    expect(cache.peek('stock', 'key-0')).toBeUndefined();
    expect(cache.peek('stock', 'key-99999')).toBeNull();
    expect(cache.peek('stock', 'mine')).toBe('1');
  });
});
