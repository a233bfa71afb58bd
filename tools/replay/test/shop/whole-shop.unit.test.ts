import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SalesFigures, salesFigures, salesRows, writeSales } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WholeShop } from './whole-shop.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe.each([1, 2, 3, 4])('generated sales (seed %i)', (seed) => {
  const options = { seed, rows: 8000 };

  test.each([1_000_000, 2000, 100, 0])(
    'come to what the rules say, with %i opening stock',
    async (openingStock) => {
      const path = join(folder, `${seed}.csv`);
      await writeSales(path, options);
      const shop = new WholeShop(openingStock);
      const reported = await shop.replay(path);
      const expected = await salesFigures(salesRows(options), openingStock);
      expect(comparable(reported, expected)).toEqual(expected);
      expect(shop.unmatched).toBe(0);
    },
    30_000,
  );
});

/** Only the e-mails that the rules determine. */
function comparable(reported: SalesFigures, expected: SalesFigures): SalesFigures {
  const emails = Object.entries(reported.emails).filter(([status]) => status in expected.emails);
  return { ...reported, emails: Object.fromEntries(emails) };
}
