import { describe, expect, it } from 'vitest';
import { LatestWrites } from '../../src/runtime/latest-writes.ts';

describe('LatestWrites', () => {
  it.each([3, 8, 9, 200])('finds each of %i keys, by store, with its last value', (keys) => {
    const writes = new LatestWrites();
    for (const value of ['first', 'last']) {
      for (let key = 0; key < keys; key++) {
        writes.set({ store: 'a', key: String(key), value: `${value} a${key}` });
        writes.set({ store: 'b', key: String(key), value: null });
      }
    }
    expect(writes.all).toHaveLength(2 * keys);
    for (let key = 0; key < keys; key++) {
      expect(writes.find('a', String(key))?.value).toBe(`last a${key}`);
      expect(writes.find('b', String(key))?.value).toBeNull();
    }
    expect(writes.find('c', '1')).toBeUndefined();
    expect(writes.find('a', 'x')).toBeUndefined();
  });
});
