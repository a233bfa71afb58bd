import type { SalesFigures } from './figures.ts';
import { type SalesLine, salesLine } from './sales-line.ts';
import { Shop } from './shop.ts';

/**
 * What a replay of the rows must report, by the rules alone and without the services' code. Where stock runs out the
 * e-mails about shipping are left out: which orders wait then depends on the order of arrival.
 */
export async function salesFigures(
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
  openingStock: number,
): Promise<SalesFigures> {
  const shop = new Shop(openingStock);
  let run: SalesLine[] = [];
  let read = 0;
  let invalid = 0;
  for await (const fields of rows) {
    read++;
    const line = salesLine(fields);
    if (!line) {
      invalid++;
      continue;
    }
    const [first] = run;
    if (first && first.invoice !== line.invoice) {
      shop.trade(first, run);
      run = [];
    }
    run.push(line);
  }
  const [first] = run;
  if (first) shop.trade(first, run);
  return shop.figures(read, invalid);
}
