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

export interface ShopFiles {
  readonly sales: string;
  readonly accessLog: string;
  /** What a replay of them must report. */
  expected(openingStock: number): Promise<SalesFigures & { readonly webserver: AccessLogFigures }>;
}

/** Generated files, the same for the same seed, and the reference's figures for them. */
export async function writeShopFiles(folder: string, seed: number, rows: number): Promise<ShopFiles> {
  const sales = join(folder, 'sales.csv.gz');
  const accessLog = join(folder, 'access.log');
  const lines = Math.ceil(rows / 10);
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
}
