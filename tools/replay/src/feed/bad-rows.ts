import { closeSync, openSync, writeSync } from 'node:fs';
import type { InvalidRow } from '../sales/read-sales.ts';

const shown = 20;
/** Reasons differ in the values they quote; without them there are few. */
const mostReasons = 200;

/** Rows that are left out: all of them in a file, the first ones and a count of the rest for people. */
export class BadRows implements Disposable {
  readonly file: string;
  readonly #handle: number;
  readonly #first: InvalidRow[] = [];
  readonly #rest: Map<string, number> = new Map();
  #closed = false;

  constructor(file: string) {
    this.file = file;
    this.#handle = openSync(file, 'w');
  }

  add(rows: readonly InvalidRow[]): void {
    if (rows.length === 0) return;
    writeSync(this.#handle, rows.map((row) => `${describe(row)}\n`).join(''));
    for (const row of rows) {
      if (this.#first.length < shown) this.#first.push(row);
      else this.#count(row);
    }
  }

  /** For people; empty when no row was left out. */
  lines(): readonly string[] {
    if (this.#first.length === 0) return [];
    const rest = [...this.#rest].toSorted(([, a], [, b]) => b - a);
    return [
      'Rows left out:',
      ...this.#first.map((row) => `  ${describe(row)}`),
      ...rest.map(([reason, count]) => `  and ${count.toLocaleString('en')} more: ${reason}`),
      `  All of them are in ${this.file}.`,
    ];
  }

  [Symbol.dispose](): void {
    if (!this.#closed) closeSync(this.#handle);
    this.#closed = true;
  }

  #count({ reason }: InvalidRow): void {
    const kind = reason.replace(/"(?:[^"\\]|\\.)*" /g, '');
    const known = this.#rest.has(kind) || this.#rest.size < mostReasons ? kind : 'other reasons';
    this.#rest.set(known, (this.#rest.get(known) ?? 0) + 1);
  }
}

function describe({ row, reason }: InvalidRow): string {
  return `row ${row}: ${reason}`;
}
