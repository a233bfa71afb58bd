import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessLogFigures,
  accessLogLines,
  askOracle,
  requireOracle,
  salesFigures,
  salesRows,
  writeAccessLog,
  writeSales,
} from '../../src/index.ts';

const stocks = [1_000_000, 100];
const seeds = [1, 2, 3];
const withOracle = requireOracle();

withOracle('the reference', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shop-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  test.each(seeds)(
    'agrees with the oracle on generated files (seed %i)',
    async (seed) => {
      const sales = join(folder, `sales-${seed}.csv.gz`);
      const accessLog = join(folder, `access-${seed}.log`);
      const rows = { seed, rows: 8000 };
      const lines = { seed, lines: 1000 };
      await writeSales(sales, rows);
      await writeAccessLog(accessLog, lines);
      for (const openingStock of stocks) {
        expect({
          ...(await salesFigures(salesRows(rows), openingStock)),
          webserver: accessLogFigures(accessLogLines(lines)),
        }).toEqual(askOracle(sales, { openingStock, accessLog }));
      }
    },
    60_000,
  );
});
