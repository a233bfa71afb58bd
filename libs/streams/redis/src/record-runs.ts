import type { Bytes, NewRecord } from '@millrace/streams';
import type { Argument } from './entry.ts';
import { headerPrefix } from './headers.ts';
import { assertFits } from './record-size.ts';

/** Records of one stream, one behind the other, that have the same fields. */
interface Run {
  /** What stands before it among a script's arguments: the stream. */
  readonly head: readonly string[];
  readonly shape: string;
  readonly names: readonly string[];
  readonly values: Argument[];
  /** Where each record stands in the caller's list. */
  readonly places: number[];
}

/**
 * Records as arguments of a script: for each run the stream, the number of records, the number of fields, their names,
 * then the values, record by record. Names are sent once a run, and each stream's records stay in order.
 */
export class RecordRuns {
  readonly #runs: Run[] = [];
  readonly #latest = new Map<string, Run>();

  /** `stream` tells runs apart; `head` goes before its arguments. TOO_LARGE when no entry should hold the record. */
  add(stream: string, head: () => readonly string[], record: NewRecord): void {
    this.addAt(-1, stream, head, record);
  }

  addAt(place: number, stream: string, head: () => readonly string[], record: NewRecord): void {
    assertFits(record);
    const { key, value, headers } = record;
    let shape = key === null ? '' : 'k';
    for (const name in headers) shape += `\n${name}`;
    let run = this.#latest.get(stream);
    if (run?.shape !== shape) {
      run = { head: head(), shape, names: namesOf(record), values: [], places: [] };
      this.#runs.push(run);
      this.#latest.set(stream, run);
    }
    const { values } = run;
    if (key !== null) values.push(argument(key));
    values.push(argument(value));
    for (const name in headers) values.push(headers[name] as string);
    run.places.push(place);
  }

  /** The places of the records in the order in which the script stores them. */
  get order(): number[] {
    return this.#runs.flatMap(({ places }) => places);
  }

  /** The number of runs, then the runs. */
  pushTo(target: Argument[]): void {
    target.push(String(this.#runs.length));
    for (const { head, names, values, places } of this.#runs) {
      target.push(...head, String(places.length), String(names.length), ...names);
      for (const value of values) target.push(value);
    }
  }
}

function namesOf({ key, headers }: NewRecord): string[] {
  const names = key === null ? ['value'] : ['key', 'value'];
  for (const name in headers) names.push(headerPrefix + name);
  return names;
}

function argument(bytes: Bytes): Argument {
  if (typeof bytes === 'string') return bytes;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
