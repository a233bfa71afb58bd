import { describe, expect, test } from 'vitest';
import { readSales, type SalesBatch } from '../../src/sales/read-sales.ts';
import { chunked } from './chunked.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';

function sold(invoice: string, code = '85123A', price = '2.55'): string {
  return `${invoice},${code},"HEART, WHITE",6,2010-12-01 08:26:00,${price},17850.0,United Kingdom\n`;
}

describe('a sales file', () => {
  test('is cut into runs of one invoice number; invalid rows do not end a run and are told by number', async () => {
    const { rows, invalidRows, invoices } = await read(
      header +
        sold('A') +
        sold('536365') +
        sold('536365', '') +
        sold('536365') +
        sold('536366') +
        '\n' +
        sold('536365'),
    );
    expect(rows).toBe(7);
    expect(invalidRows).toEqual([
      { row: 4, reason: 'StockCode is blank' },
      { row: 7, reason: 'has 0 fields instead of 8' },
    ]);
    expect(invoices.map(({ orderId, kind, rows: length }) => [orderId, kind, length])).toEqual([
      ['A', 'unsupported', 1],
      ['536365', 'sale', 2],
      ['536366', 'sale', 1],
      ['536365#2', 'sale', 1],
    ]);
  });

  test('gives the same events however it is cut into chunks', async () => {
    const text = header + sold('536365') + sold('536365', 'POST') + sold('536366') + sold('536365');
    expect(await read(text, [1, 7, 3])).toEqual(await read(text));
  });

  test.each([undefined, [1], [2], [3, 1]])(
    'may begin with a byte-order mark, in chunks of %j bytes',
    async (sizes) => {
      expect(await read(`\ufeff${header}${sold('536365')}`, sizes)).toMatchObject({
        rows: 1,
        invoices: [{ kind: 'sale' }],
      });
    },
  );

  test.each([
    ['InvoiceNo;StockCode;Description\n', /separated by ";"/],
    ['InvoiceNo\tStockCode\tDescription\n', /separated by tabs/],
    ['\x1b[2J,b\n', /and is "\\u001b\[2J,b"$/],
  ])('says what is wrong with the header %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  test('may have no rows', async () => {
    expect(await read(header)).toEqual({ rows: 0, invalidRows: [], invoices: [] });
  });

  test.each(['', 'a,b,c\n', header.replace('Country', 'Land'), sold('536365')])(
    'must have its header: %j',
    async (text) => {
      await expect(read(text)).rejects.toThrow(/test\.csv is .*InvoiceNo,StockCode/);
    },
  );
});

async function read(text: string, sizes?: readonly number[]): Promise<SalesBatch> {
  const invalidRows: SalesBatch['invalidRows'][number][] = [];
  const invoices: SalesBatch['invoices'][number][] = [];
  let rows = 0;
  for await (const batch of readSales(chunked(text, sizes), 'test.csv')) {
    rows += batch.rows;
    invalidRows.push(...batch.invalidRows);
    invoices.push(...batch.invoices);
  }
  return { rows, invalidRows, invoices };
}
