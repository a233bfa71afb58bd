import { requireOracle, shared } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/sales/csv-reader.ts';
import { parseRow, type SalesRow } from '../../src/sales/parse-row.ts';
import { python } from './python.ts';

const row: Row = [
  '536365',
  '85123A',
  'WHITE HANGING HEART',
  '6',
  '2010-12-01 08:26:00',
  '2.55',
  '17850.0',
  'United Kingdom',
];

test('a row is a line of its invoice', () => {
  expect(parseRow(row)).toEqual({
    valid: true,
    row: {
      invoice: '536365',
      code: '85123A',
      quantity: 6,
      pence: 1530,
      placedAt: '2010-12-01T08:26:00.000Z',
      customer: '17850',
    },
  });
});

test('U+0000 in a name is written as access logs write it, since no event may hold it', () => {
  const [, , description = '', quantity = '', date = '', price = ''] = row;
  expect(parseRow(['5\0', 'A\0', description, quantity, date, price, '\0nul', 'UK'])).toMatchObject({
    valid: true,
    row: { invoice: '5\\x00', code: 'A\\x00', customer: '\\x00nul' },
  });
});

test('numbers and codes are trimmed and upper-cased, a customer loses only its decimal nought', () => {
  const parsed = parseRow([
    ' c536365 ',
    '\t85123a',
    '',
    ' -6 ',
    '2010-12-01 08:26:00',
    ' 2.55',
    ' 17850.0 ',
    '',
  ]);
  expect(parsed).toMatchObject({
    row: { invoice: 'C536365', code: '85123A', quantity: -6, customer: '17850' },
  });
});

describe('a row is left out', () => {
  test.each<[string, Row]>([
    ['has 0 fields instead of 8', []],
    ['has 7 fields instead of 8', row.slice(1)],
    ['has 9 fields instead of 8', [...row, '']],
    ['InvoiceNo is blank', row.with(0, ' \t')],
    ['StockCode is blank', row.with(1, '')],
    ['Quantity "six" is no whole number', row.with(3, 'six')],
    ['Quantity "6.0" is no whole number', row.with(3, '6.0')],
    ['Quantity "" is no whole number', row.with(3, '')],
    ['Quantity "-0" is zero', row.with(3, '-0')],
    ['Quantity "9007199254740993" is more than 1,000,000,000', row.with(3, '9007199254740993')],
    ['Quantity "-1000000001" is more than 1,000,000,000', row.with(3, '-1000000001')],
    ['amount is more than 1,000,000,000,000 pence', row.with(3, '1').with(5, '10000000000.001')],
    ['amount is more than 1,000,000,000,000 pence', row.with(3, '-1000000000').with(5, '10.0000001')],
    ['amount is more than 1,000,000,000,000 pence', row.with(5, '1e400')],
    ['UnitPrice "" is no finite decimal', row.with(5, '')],
    ['UnitPrice "NaN" is no finite decimal', row.with(5, 'NaN')],
    ['UnitPrice "-Infinity" is no finite decimal', row.with(5, '-Infinity')],
    ['UnitPrice "-0.01" is below 0', row.with(5, '-0.01')],
    ['InvoiceDate "2011-02-29 08:26:00" is no YYYY-MM-DD HH:MM:SS', row.with(4, '2011-02-29 08:26:00')],
    ['InvoiceDate "2010-12-01" is no YYYY-MM-DD HH:MM:SS', row.with(4, '2010-12-01')],
    ['InvoiceDate "2010-12-01 08:26:60" is no YYYY-MM-DD HH:MM:SS', row.with(4, '2010-12-01 08:26:60')],
  ])('because it %s', (reason, fields) => {
    expect(parseRow(fields)).toEqual({ valid: false, reason });
  });

  test('with a reason that stays short and on one line', () => {
    const parsed = parseRow(row.with(3, 'x\n'.repeat(10_000)));
    expect(parsed).toMatchObject({ valid: false, reason: expect.stringMatching(/^.{1,120}$/) });
  });
});

const oddities: readonly (readonly string[])[] = [
  ['536365', 'c536365', ' 536365\u2003', '\x1c536365', '\ufeff536365', 'ß1', '٥٣', ' ', '\x85'],
  ['85123A', '85123a', 'POST', '\u00a085123a ', 'ﬁ', ''],
  ['', 'anything'],
  [
    '6',
    '-6',
    '+6',
    '006',
    '6.0',
    '1e3',
    '1_000',
    ' 6 ',
    '٦',
    '６',
    '-٦',
    '0',
    '+0',
    '6\x00',
    '²',
    '',
    '--6',
    '𝟞',
    '6 6',
  ],
  [
    '2010-12-01 08:26:00',
    '2010-1-1 8:2:3',
    '2010-12- 1 08:26:00',
    '2010-12-01  08:26:00',
    '2010-12-01\t08:26:00',
    '2010-12-01\x1c\u200008:26:00',
    '2010-12-01T08:26:00',
    '2010-12-01 08:26:60',
    '2010-12-01 08:26:61',
    '2010-12-01 08:26:62',
    '0000-01-01 00:00:00',
    '0001-01-01 00:00:00',
    '٢٠١٠-12-01 08:26:00',
    '2010-1٢-01 08:26:00',
    '2010-12-1٢ 1٢:2٣:٣',
    '2010-12-01 8:٢:٣',
    '2010-12-01 2٣:26:00',
    '2010-02-29 00:00:00',
    '2012-02-29 00:00:00',
    '1900-02-29 0:0:0',
    '2000-02-29 0:0:0',
    '2010-04-31 0:0:0',
    '2010-12-32 00:00:00',
    '2010-00-10 0:0:0',
    '2010-13-10 0:0:0',
    '2010-012-1 0:0:0',
    '2010-12-01 24:00:00',
    '2010-12-01 23:60:00',
    '2010-12-01 08:26:00.5',
    ' 2010-12-01 08:26:00 ',
    '\ufeff2010-12-01 08:26:00',
    '10-12-01 08:26:00',
    '12010-12-01 08:26:00',
    '2010-12-3  00:00:00',
    '2010-12-  3 00:00:00',
    '2010-12-01',
    '',
    '2010/12/01 08:26:00',
  ],
  [
    '2.55',
    '2.555',
    '0.005',
    '0.015',
    '1.115',
    '2.',
    '.5',
    '.',
    '+5',
    '-5',
    '-0',
    '-0.00',
    '1e2',
    '1E+2',
    '1e-2',
    '1e-5',
    '1e',
    'e1',
    ' 5 ',
    'NaN',
    'sNaN',
    'nan123',
    'Infinity',
    '-inf',
    '1_0.5',
    '_1',
    '1__0',
    '_',
    '1e+0_2',
    '٢.٥',
    '１.５',
    '1e５',
    '0x1',
    '1,5',
    '1 0',
    '£1',
    '',
    '1.2.3',
    '0e5',
    '1e-999999999999999999',
    '1e1000000000000000000',
    '1e-2000000000000000000',
    '0e1000000000000000000',
    '12345678901234.125',
    '0.0049999999999999',
    '1.5\x00',
    '--1',
    '+-1',
    '1e0000000000000000001',
  ],
  ['17850.0', '17850', '17850.00', ' 17850.0 ', '17850 .0', '.0', '', ' ', 'guest', '17850.0\u3000'],
  ['', 'UK'],
];

requireOracle()('rows are read as the oracle reads them', () => {
  test('however odd their fields', () => {
    const each = oddities.flatMap((values, column) => values.map((value) => row.with(column, value)));
    const mixed = fc.sample(fc.tuple(...oddities.map((values) => fc.constantFrom(...values))), {
      numRuns: 2000,
      seed: 11,
    });
    const rows: Row[] = [...each, ...mixed, row.slice(1), [...row, ''], []];
    const program = `
import io, json, sys
exec(open(sys.argv.pop(1)).read().rsplit('main()', 1)[0])
rows = json.load(io.TextIOWrapper(sys.stdin.buffer, 'utf-8', errors='surrogatepass'))
print(json.dumps([line and dict(line, placed=line['placed'].isoformat()) for line in map(parse, rows)]))`;
    const expected = python(program, JSON.stringify(rows), shared.oracle);
    expect(rows.map((fields) => asOracle(fields))).toEqual(expected);
  }, 30_000);
});

function asOracle(fields: Row): object | null {
  const parsed = parseRow(fields);
  if (!parsed.valid) return null;
  const { invoice, code, quantity, pence, placedAt, customer }: SalesRow = parsed.row;
  return { invoice, sku: code, quantity, pence, placed: placedAt.replace('.000Z', ''), customer };
}
