import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { askOracle, shared } from '@millrace/testing';
import type { ExpectedFigures, WriteFiles } from './shop-files.ts';

/** The beginning of the real sales file and the whole access log, and the oracle's figures for them. */
export function beginningOfRealFiles(rows: number): WriteFiles {
  return async (folder) => {
    const sales = join(folder, 'beginning.csv');
    const { accessLog } = shared;
    await pipeline(firstLines(shared.sales, rows + 1), createWriteStream(sales));
    return {
      sales,
      accessLog,
      // The oracle prints the layout of a report.
      expected: async (openingStock) => askOracle(sales, { openingStock, accessLog }) as ExpectedFigures,
    };
  };
}

async function* firstLines(path: string, count: number): AsyncGenerator<string> {
  let left = count;
  const unpacked = createReadStream(path).pipe(createGunzip());
  for await (const line of createInterface({ input: unpacked })) {
    if (left-- === 0) return;
    yield `${line}\n`;
  }
}
