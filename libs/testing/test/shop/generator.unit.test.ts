import { expect, test } from 'vitest';
import { accessLogFigures, accessLogLines, salesFigures, salesRows } from '../../src/index.ts';

const options = { seed: 1, rows: 20_000 };

test('generated sales have something for every figure of the report', async () => {
  const { input, payments, inventory, emails, crm } = await salesFigures(salesRows(options), 2000);
  for (const figures of [input, payments.captured, payments.refunded, inventory, emails, crm]) {
    for (const [name, figure] of Object.entries(figures)) expect(figure, name).not.toBe(0);
  }
  expect(Object.keys(payments.declined).toSorted((one, other) => one.localeCompare(other))).toEqual([
    'expired_card',
    'insufficient_funds',
    'invalid_card',
    'suspected_fraud',
  ]);
  expect(payments.refundDeclined['exceeds_captured']).toBeGreaterThan(0);
});

test('as many rows as asked for are generated, and the seed decides them', () => {
  const few = { seed: 1, rows: 1000 };
  const rows = [...salesRows(few)];
  expect(rows).toHaveLength(few.rows);
  expect([...salesRows(few)]).toEqual(rows);
  expect([...salesRows({ ...few, seed: 2 })]).not.toEqual(rows);
});

test('invoice numbers come back after other invoices', () => {
  const seen = new Set<string>();
  let last = '';
  let again = 0;
  for (const [number = ''] of salesRows(options)) {
    if (number !== last && seen.has(number)) again++;
    seen.add(number);
    last = number;
  }
  expect(again).toBeGreaterThan(10);
});

test('a generated access log has views, malformed lines, statuses and sizes', () => {
  const { lines, pageViews, malformed, bytes, byStatus } = accessLogFigures(
    accessLogLines({ seed: 1, lines: 2000 }),
  );
  expect(lines).toBeLessThan(2000);
  expect(malformed).toBeGreaterThan(20);
  expect(pageViews).toBe(lines - malformed);
  expect(bytes).toBeGreaterThan(0);
  expect(Object.keys(byStatus).length).toBeGreaterThan(4);
});
