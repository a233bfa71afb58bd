import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type AccessLogOptions, accessLogLines } from './access-log-lines.ts';
import { type Fields, type SalesOptions, salesHeader, salesRows } from './sales-rows.ts';

/** Writes a sales file of any size; gzipped when its name ends in `.gz`. */
export function writeSales(path: string, options: SalesOptions): Promise<void> {
  return write(path, csvLines(options));
}

/** Writes an access log of any size; gzipped when its name ends in `.gz`. */
export function writeAccessLog(path: string, options: AccessLogOptions): Promise<void> {
  return write(path, accessLogLines(options));
}

function* csvLines(options: SalesOptions): Generator<string> {
  yield toCsv(salesHeader);
  for (const row of salesRows(options)) yield toCsv(row);
}

function toCsv(row: Fields): string {
  return `${row.map(quoted).join(',')}\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const piece = 64 * 1024;

async function write(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const source = Readable.from(pieces(lines), { objectMode: false });
  await (path.endsWith('.gz') ? pipeline(source, createGzip(), file) : pipeline(source, file));
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < piece) continue;
    yield text;
    text = '';
  }
  yield text;
}
