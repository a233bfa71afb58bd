import { join } from 'node:path';
import {
  type AccessLogFigures,
  accessLogFigures,
  accessLogLines,
  type SalesFigures,
  salesFigures,
  salesRows,
  writeAccessLog,
  writeSales,
} from '@millrace/testing';

/** What of a report the files alone determine. */
export type ExpectedFigures = SalesFigures & { readonly webserver: AccessLogFigures };

export interface ShopFiles {
  readonly sales: string;
  readonly accessLog: string;
  expected(openingStock: number): Promise<ExpectedFigures>;
}

/** Writes the files of a test into a folder. */
export type WriteFiles = (folder: string) => Promise<ShopFiles>;

const usualRows = 8_000;

/** Files that the seed decides, and the reference's figures for them. */
export function generated(seed: number, rows: number = usualRows): WriteFiles {
  const lines = Math.ceil(rows / 10);
  return async (folder) => {
    const sales = join(folder, 'sales.csv.gz');
    const accessLog = join(folder, 'access.log');
    await writeSales(sales, { seed, rows });
    await writeAccessLog(accessLog, { seed, lines });
    return {
      sales,
      accessLog,
      expected: async (openingStock) => ({
        ...(await salesFigures(salesRows({ seed, rows }), openingStock)),
        webserver: accessLogFigures(accessLogLines({ seed, lines })),
      }),
    };
  };
}
