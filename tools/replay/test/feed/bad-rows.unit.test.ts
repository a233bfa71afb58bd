import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BadRows } from '../../src/feed/bad-rows.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('shows the first 20 rows, counts the rest by reason and keeps all in a file', () => {
  const file = join(temporaryFolder(), 'bad-rows.txt');
  using bad = new BadRows(file);
  expect(bad.lines()).toEqual([]);
  for (let row = 2; row <= 31; row++) {
    bad.add([
      { row, reason: row % 3 === 0 ? 'InvoiceNo is blank' : `Quantity "${row} \\"x\\"" is no whole number` },
    ]);
  }
  const lines = bad.lines();
  expect(lines[0]).toBe('Rows left out:');
  expect(lines[1]).toBe('  row 2: Quantity "2 \\"x\\"" is no whole number');
  expect(lines.slice(21)).toEqual([
    '  and 7 more: Quantity is no whole number',
    '  and 3 more: InvoiceNo is blank',
    `  All of them are in ${file}.`,
  ]);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(30);
});
