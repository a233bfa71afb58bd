import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkSales, checkWhole } from '../../src/feed/preflight.ts';
import { lookAtFile } from '../../src/run/input-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const never = new AbortController().signal;
const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
const row = '536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n';

function file(content: string | Buffer): string {
  const path = join(temporaryFolder(), 'sales.csv');
  writeFileSync(path, content);
  return path;
}

test('takes a sales file, packed or not', async () => {
  await checkSales(file(header + row));
  await checkSales(file(gzipSync(header + row)));
});

test('refuses another layout and a file without rows', async () => {
  await expect(checkSales(file('a,b\n1,2\n'))).rejects.toThrow(/is no sales file/);
  await expect(checkSales(file(header))).rejects.toThrow(/nothing below its header/);
  await expect(checkSales(file(gzipSync('')))).rejects.toThrow(/is empty/);
});

test('knows a gzip file that is cut off or damaged', async () => {
  const packed = gzipSync(header + row.repeat(1_000));
  const damaged = Buffer.from(packed);
  damaged.writeUInt32LE(1, damaged.length - 8);
  await checkWhole(await lookAtFile(file(packed), 'sales file'), never);
  await checkWhole(await lookAtFile(file(header + row), 'sales file'), never);
  for (const broken of [packed.subarray(0, -20), damaged]) {
    const looked = await lookAtFile(file(broken), 'sales file');
    await expect(checkWhole(looked, never)).rejects.toThrow(
      /damaged or incomplete gzip file.*nothing of it was published/,
    );
  }
});
