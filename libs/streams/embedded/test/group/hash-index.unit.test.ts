import { describe, expect, test } from 'vitest';
import { HashIndex } from '../../src/group/hash-index.ts';

const idsOn = (entry: number): string[] =>
  Array.from({ length: 100 }, (_, index) => `order-${entry}-${index}`);

describe('the hash index', () => {
  test('know every page that an id stands on, however many were added since', () => {
    const fingerprints = new HashIndex();
    for (let entry = 0; entry < 200; entry++) {
      for (const id of idsOn(entry)) fingerprints.add(id, entry);
      fingerprints.add('again and again', entry);
    }
    for (let entry = 0; entry < 200; entry++)
      expect(idsOn(entry).filter((id) => !fingerprints.entriesOf(id).includes(entry))).toEqual([]);
    expect(new Set(fingerprints.entriesOf('again and again'))).toEqual(
      new Set(Array.from({ length: 200 }).keys()),
    );
  });

  test('answer nothing for almost every id that was never added', () => {
    const fingerprints = new HashIndex();
    for (let entry = 0; entry < 200; entry++) for (const id of idsOn(entry)) fingerprints.add(id, entry);
    const strangers = Array.from({ length: 20_000 }, (_, index) => `stranger-${index}`);
    expect(strangers.filter((id) => fingerprints.entriesOf(id).length > 0).length).toBeLessThan(5);
  });

  test('take no more memory for ids that are forgotten', () => {
    const fingerprints = new HashIndex();
    for (let entry = 0; entry < 2_000; entry++) {
      for (const id of idsOn(entry)) fingerprints.add(id, entry);
      fingerprints.forgetBefore(entry - 9);
    }
    expect(fingerprints.entriesOf('order-1980-1')).toEqual([]);
    expect(fingerprints.entriesOf('order-1995-1')).toEqual([1995]);
    expect(fingerprints.size).toBeLessThanOrEqual(32 * 1024);
  });
});
