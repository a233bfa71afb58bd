import { describe, expect, test } from 'vitest';
import { compareIds, idBefore, idOf } from '../../src/entries/ids.ts';

describe('entry ids', () => {
  test('compare by time, then by sequence, however long', () => {
    const ordered = ['0-0', '0-9', '0-10', '9-0', '10-0', '10-18446744073709551615', '1700000000000-0'];
    for (const [index, id] of ordered.entries()) {
      for (const [other, than] of ordered.entries()) {
        expect(Math.sign(compareIds(id, than)), `${id} and ${than}`).toBe(Math.sign(index - other));
      }
    }
  });

  test('before a time are before its first entry and behind all earlier ones', () => {
    expect(compareIds(idBefore(1_700_000_000_000), '1700000000000-0')).toBeLessThan(0);
    expect(compareIds(idBefore(1_700_000_000_000), '1699999999999-18446744073709551614')).toBeGreaterThan(0);
    expect(idBefore(0)).toBe('0-0');
  });

  test('may be written without their sequence', () => {
    expect(idOf({ topic: 't', partition: 0, offset: '5' })).toBe('5-0');
    expect(() => idOf({ topic: 't', partition: 0, offset: '12x' })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
