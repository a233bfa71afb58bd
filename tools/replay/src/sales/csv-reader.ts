import { ReplayError } from '../replay-error.ts';
import { decodeUtf8 } from './utf8.ts';

/** A record's fields; a blank line has none. */
export type Row = readonly string[];

/** What is longer has lost its closing quotation mark. */
const longestField = 1024 * 1024;

/** Further fields are read and forgotten, so that no row can fill the memory. */
const mostFields = 64;

/**
 * Reads CSV chunk by chunk, as Python's csv module does: a field is quoted when its first character is a quotation
 * mark, `""` is one inside, what follows the closing one still belongs to the field, and elsewhere a quotation mark is
 * a character like any other. A row ends with `\n`, `\r` or `\r\n`; a field that is never closed ends with the file.
 */
export class CsvReader {
  #state: 'begin' | 'plain' | 'quoted' | 'closed' = 'begin';
  #row: string[] = [];
  #field = '';
  #rows = 0;
  #afterReturn = false;

  /** The rows that end in the chunk. */
  read(chunk: string): Row[] {
    const rows: Row[] = [];
    let at = this.#afterReturn && chunk.startsWith('\n') ? 1 : 0;
    if (chunk.length > 0) this.#afterReturn = false;
    while (at < chunk.length) {
      at = this.#state === 'quoted' ? this.#readQuoted(chunk, at) : this.#readPlain(chunk, at, rows);
    }
    return rows;
  }

  /** The row that ends with the file, if any. */
  end(): Row[] {
    const rows: Row[] = [];
    if (this.#state !== 'begin' || this.#row.length > 0) this.#endRow(rows);
    return rows;
  }

  #readQuoted(chunk: string, from: number): number {
    const quote = chunk.indexOf('"', from);
    this.#append(chunk.slice(from, quote < 0 ? chunk.length : quote));
    if (quote < 0) return chunk.length;
    this.#state = 'closed';
    return quote + 1;
  }

  #readPlain(chunk: string, from: number, rows: Row[]): number {
    if (chunk[from] === '"' && this.#state !== 'plain') {
      if (this.#state === 'closed') this.#append('"');
      this.#state = 'quoted';
      return from + 1;
    }
    const end = endOfField(chunk, from);
    if (end > from) {
      this.#append(chunk.slice(from, end));
      this.#state = 'plain';
    }
    if (end === chunk.length) return end;
    if (chunk[end] === ',') {
      this.#endField();
      return end + 1;
    }
    this.#endRow(rows);
    if (chunk[end] === '\n') return end + 1;
    this.#afterReturn = end + 1 === chunk.length;
    return chunk[end + 1] === '\n' ? end + 2 : end + 1;
  }

  #append(text: string): void {
    this.#field += text;
    if (this.#field.length <= longestField) return;
    throw new ReplayError(
      `row ${this.#rows + 1} has a field of more than ${longestField} bytes: look for a quotation mark that is never closed`,
    );
  }

  #endField(): void {
    if (this.#row.length < mostFields) this.#row.push(decodeUtf8(this.#field));
    this.#field = '';
    this.#state = 'begin';
  }

  #endRow(rows: Row[]): void {
    const blank = this.#state === 'begin' && this.#row.length === 0;
    if (!blank) this.#endField();
    rows.push(this.#row);
    this.#row = [];
    this.#rows++;
  }
}

function endOfField(chunk: string, from: number): number {
  let at = from;
  for (; at < chunk.length; at++) {
    const code = chunk.charCodeAt(at);
    if (code === 0x2c || code === 0x0a || code === 0x0d) break;
  }
  return at;
}
