import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { accessLogFigures, askOracle, requireOracle, salesFigures, shared } from '../../src/index.ts';

requireOracle()('the reference', () => {
  // With hardly any stock all rules come to bear; with plenty the replays of CI compare the services themselves.
  test('agrees with the oracle on the real files with hardly any stock', async () => {
    const { sales, accessLog } = shared;
    const openingStock = 100;
    const rows: string[][] = parse(gunzipSync(await readFile(sales)), { fromLine: 2 });
    const lines = gunzipSync(await readFile(accessLog))
      .toString()
      .split('\n');
    const figures = await salesFigures(rows, openingStock);
    expect({ ...figures, webserver: accessLogFigures(lines) }).toEqual(
      askOracle(sales, { openingStock, accessLog }),
    );
  }, 180_000);
});
