import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkAccessLog, checkSales, checkWhole } from '../../src/feed/preflight.ts';
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

const text = `${header}${row}`;
const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');
const utf32 = (mark: string): Buffer =>
  Buffer.from(
    [...`${mark}${text}`].flatMap((each) => [each.charCodeAt(0) & 0xff, each.charCodeAt(0) >> 8, 0, 0]),
  );

const kinds: readonly (readonly [kind: string, content: Buffer])[] = [
  ['packed as zstd', zstdCompressSync(text)],
  ['packed as zstd', bytes('\x50\x2a\x4d\x18\x04\0\0\0')],
  ['packed as xz', bytes('\xfd7zXZ\0\0\x04\xe6')],
  ['packed as lzma', bytes(']\0\0\x80\0\xff\xff')],
  ['packed as bzip2', bytes('BZh91AY&SY\x18\xef')],
  ['packed as lz4', bytes('\x04\x22\x4d\x18\x64\x40')],
  ['packed as 7-Zip', bytes("7z\xbc\xaf'\x1c\0\x04")],
  ['packed as RAR', bytes('Rar!\x1a\x07\x01\0')],
  ['packed as compress', bytes('\x1f\x9d\x90\x49')],
  ['packed as gzip twice', gzipSync(gzipSync(text))],
  ['a tar archive', Buffer.concat([bytes(`sales.csv${'\0'.repeat(248)}ustar\x0000`), bytes(text)])],
  ['a zip archive or a spreadsheet', bytes('PK\x03\x04\x14\0\0\0')],
  ['a spreadsheet of an old Excel', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['UTF-16', Buffer.from(text, 'utf16le')],
  ['UTF-32', utf32('\ufeff')],
  ['UTF-32', utf32('').swap32()],
];

test.each(kinds)('knows that a file is %s, and shows no control characters', async (kind, content) => {
  for (const packed of [content, gzipSync(content)]) {
    for (const check of [checkSales, checkAccessLog]) {
      const refused = check(file(packed));
      await expect(refused).rejects.toThrow(kind);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      await expect(refused).rejects.toThrow(/^[^\0-\x1f\x7f-\x9f]*$/);
    }
  }
});

test.each([
  ['names in small letters', header.toLowerCase(), /the names have to be written exactly so$/],
  ['no header', row, /it is a row already; let the file begin with the header$/],
  ['a blank line', `\n${header}`, /it is blank/],
  ['a hint for Excel', `sep=,\n${header}`, /a hint for Excel; leave it out$/],
  ['";"', header.replaceAll(',', ';'), /separated by ";"/],
  ['tabs', header.replaceAll(',', '\t'), /separated by tabs/],
  ['"|"', header.replaceAll(',', '|'), /separated by "\|"/],
  ['a page', '<!DOCTYPE html>', /HTML, XML or JSON/],
  ['bytes of no known kind', bytes('\x0b\x02\x80\x91\x92\x00'), /and is no text in UTF-8$/],
  ['characters of a terminal', '\x1b]0;x\x07,\x9b1m\n', /and is "\\u001b\]0;x\\u0007,.*1m"$/],
])('says of a sales file that begins with %s what it is', async (_, content, message) => {
  await expect(checkSales(file(content))).rejects.toThrow(message);
});

test('takes any text as an access log, also one that a crash or a truncation has filled with U+0000', async () => {
  for (const content of [
    'no access log\n',
    `${'\0'.repeat(5_000)}127.0.0.1 - -\n`,
    '\ufeff127.0.0.1\n',
    '\xe9t\xe9\n',
  ])
    await checkAccessLog(file(bytes(content)));
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
