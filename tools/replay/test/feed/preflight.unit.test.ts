import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
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

test('takes a plain file with a byte-order mark', async () => {
  await checkSales(file(`\ufeff${header}${row}`));
});

test('refuses a file whose every row is invalid, after the first thousand', async () => {
  await expect(checkSales(file(header + ','.repeat(7)))).rejects.toThrow(
    /every row is invalid \(1 read\)\n {2}row 2: InvoiceNo is blank/,
  );
  const long = header + `${','.repeat(7)}\n`.repeat(50_000);
  await expect(checkSales(file(long + row))).rejects.toThrow(/every row is invalid/);
  await checkSales(file(`${header}${','.repeat(7)}\n${row}`));
});

test.each([
  ['zstd', zstdCompressSync(header + row)],
  ['xz', Buffer.from('\xfd7zXZ\0\0\x04\xe6', 'latin1')],
  ['bzip2', Buffer.from('BZh91AY&SY\x18\xef', 'latin1')],
  ['packed as gzip twice', gzipSync(gzipSync(header + row))],
  ['a zip archive or a spreadsheet', Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1')],
  ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le')],
  ['UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le').swap16()],
  ['UTF-16', Buffer.from(header, 'utf16le')],
])('knows that a file is %s, and shows no control characters', async (kind, content) => {
  const refused = checkSales(file(content));
  await expect(refused).rejects.toThrow(kind);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  await expect(refused).rejects.toThrow(/^[^\0-\x1f\x7f-\x9f]*$/);
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
