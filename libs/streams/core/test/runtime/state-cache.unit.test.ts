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

  it('does not keep what was only written, once it is stored', () => {
    const cache = new StateCache(leaseOver({}).lease);
    const write = { store: 'queue', key: 'a', value: '1' };
    cache.stage(write);
    cache.committed([write]);
    expect(cache.peek('queue', 'a')).toBeUndefined();
  });

  it('knows what was written and stored while a load was under way, not the older value that it brought', async () => {
    const { promise, resolve } = Promise.withResolvers<(string | undefined)[]>();
    const cache = new StateCache({ load: () => promise } as unknown as Lease);
    const loading = cache.load('stock', ['a']);
    const write = { store: 'stock', key: 'a', value: '2' };
    cache.stage(write);
    cache.committed([write]);
    resolve(['1']);
    await loading;
    expect(cache.peek('stock', 'a')).toBe('2');
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

  it('loads fewer keys at once where values are large, and more again where they are small', async () => {
    const asked: number[] = [];
    let value = JSON.stringify('x'.repeat(100_000));
    const load: Lease['load'] = async (_, keys) => {
      asked.push(keys.length);
      return keys.map(() => value);
    };
    const cache = new StateCache({ load } as Lease);
    const keys = (prefix: string): string[] => Array.from({ length: 500 }, (_, index) => `${prefix}${index}`);
    await cache.load('stock', keys('a'));
    await cache.load('stock', keys('b'));
    expect(asked[1]).toBeLessThan(5);
    value = '1';
    for (let load = 0; load < 50; load++) await cache.load('stock', keys(`c${load}-`));
    expect(asked.at(-1)).toBe(500);
  });
});
