import { describe, expect, test } from 'vitest';
import { Fingerprints } from '../src/fingerprints.ts';

const idsOn = (page: number): string[] => Array.from({ length: 100 }, (_, index) => `order-${page}-${index}`);

describe('fingerprints', () => {
  test('know every page that an id stands on, however many were added since', () => {
    const fingerprints = new Fingerprints();
    for (let page = 0; page < 200; page++) {
      for (const id of idsOn(page)) fingerprints.add(id, page);
      fingerprints.add('again and again', page);
    }
    for (let page = 0; page < 200; page++)
      expect(idsOn(page).filter((id) => !fingerprints.pagesOf(id).includes(page))).toEqual([]);
    expect(new Set(fingerprints.pagesOf('again and again'))).toEqual(
      new Set(Array.from({ length: 200 }).keys()),
    );
  });

  test('answer nothing for almost every id that was never added', () => {
    const fingerprints = new Fingerprints();
    for (let page = 0; page < 200; page++) for (const id of idsOn(page)) fingerprints.add(id, page);
    const strangers = Array.from({ length: 20_000 }, (_, index) => `stranger-${index}`);
    expect(strangers.filter((id) => fingerprints.pagesOf(id).length > 0).length).toBeLessThan(5);
  });

  test('take no more memory for ids that are forgotten', () => {
    const fingerprints = new Fingerprints();
    for (let page = 0; page < 2_000; page++) {
      for (const id of idsOn(page)) fingerprints.add(id, page);
      fingerprints.forgetBefore(page - 9);
    }
    expect(fingerprints.pagesOf('order-1980-1')).toEqual([]);
    expect(fingerprints.pagesOf('order-1995-1')).toEqual([1995]);
    expect(fingerprints.size).toBeLessThanOrEqual(32 * 1024);
  });
});
