import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Cell, Column } from './table.ts';

type Target = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface OutputOptions {
  readonly json: boolean;
  /** Name of what each line holds: the verb with dots, and the version of its fields, such as `topics.list/1`. */
  readonly schema: string;
  readonly stdout: Target;
  readonly stderr: Target;
}

/** What a verb prints: values as NDJSON or as text for people; messages go to standard error alone. */
export class Output {
  readonly json: boolean;
  readonly progress: Target;
  readonly #schema: string;
  readonly #stdout: Target;
  #written = 0;

  constructor({ json, schema, stdout, stderr }: OutputOptions) {
    this.json = json;
    this.#schema = schema;
    this.#stdout = stdout;
    this.progress = stderr;
  }

  /** A person reads it: control characters of records must not reach a terminal. */
  get terminal(): boolean {
    return this.#stdout.isTTY === true;
  }

  /** Values printed so far. */
  get written(): number {
    return this.#written;
  }

  /** One value: a line of JSON, or the text for people. Waits while the reader is slow. */
  async value(value: object, text: () => string): Promise<void> {
    this.#written += 1;
    await this.#print(this.json ? JSON.stringify({ schema: this.#schema, ...value }) : text());
  }

  /** All values of a short list: a line of JSON each, or one table. */
  async table<Row extends object>(
    rows: readonly Row[],
    columns: readonly Column<Row>[],
    empty: string,
  ): Promise<void> {
    if (this.json) {
      for (const row of rows) await this.value(row, () => '');
      return;
    }
    this.#written += rows.length;
    if (rows.length === 0) return this.message(empty);
    const { drawTable } = await import('./table.ts');
    const cells: readonly (readonly Cell[])[] = rows.map((row) => columns.map(({ of }) => of(row)));
    await this.#print(drawTable(columns, cells));
  }

  /** Text as it is, such as a script or a format of somebody else. */
  async plain(text: string): Promise<void> {
    await this.#print(text);
  }

  /** For people, beside the values. */
  message(text: string): void {
    this.progress.write(`${text}\n`);
  }

  async #print(text: string): Promise<void> {
    if (this.#stdout.destroyed || this.#stdout.write(`${text}\n`)) return;
    await Promise.race([once(this.#stdout, 'drain'), once(this.#stdout, 'close')]).catch(() => undefined);
  }
}

/** `1 record`, `3 records`. */
export function counted(count: number, one: string, several: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
