import type { NewRecord } from '@millrace/streams';
import { type Argument, argument } from './entry.ts';
import { fieldOf, headerPrefix, nullValue } from './fields.ts';
import { assertFits } from './record-size.ts';

/** Consecutive records of one stream that have the same fields. */
interface Run {
  /** What stands before it among a script's arguments: the stream. */
  readonly head: readonly string[];
  readonly hasKey: boolean;
  readonly hasValue: boolean;
  readonly headers: readonly string[];
  /** Fields of the headers that are stored as they are. */
  readonly raw: readonly string[];
  readonly values: Argument[];
  /** Where each record stands in the caller's list. */
  readonly places: number[];
}

/**
 * Records as arguments of a script: for each run the stream, the number of records, the number of fields, their names,
 * then the values, record by record. Names are sent once a run, and each stream's records stay in order.
 */
export class RecordRuns {
  readonly #head: (topic: string, partition: number) => readonly string[];
  readonly #runs: Run[] = [];
  /** The last run of each partition, by topic. */
  readonly #latest = new Map<string, Run[]>();

  /** `head` says what goes before the arguments of a run of the topic's partition. */
  constructor(head: (topic: string, partition: number) => readonly string[]) {
    this.#head = head;
  }

  /** `place` is where it stands in the caller's list. TOO_LARGE when no entry should hold the record. */
  add(record: NewRecord, place = -1): void {
    assertFits(record);
    const { key, headers, rawHeaders } = record;
    const { values, places } = this.#runOf(record);
    if (key !== null) values.push(argument(key));
    values.push(argument(record.value));
    for (const name in headers) values.push(headers[name] as string);
    if (rawHeaders) for (const [, value] of rawHeaders) values.push(argument(value));
    places.push(place);
  }

  #runOf(record: NewRecord): Run {
    const { topic, partition, key, headers, rawHeaders = [] } = record;
    let latest = this.#latest.get(topic);
    if (!latest) {
      latest = [];
      this.#latest.set(topic, latest);
    }
    const known = latest[partition];
    if (known && hasFields(known, record)) return known;
    const run: Run = {
      head: this.#head(topic, partition),
      hasKey: key !== null,
      hasValue: record.value !== null,
      headers: Object.keys(headers),
      raw: rawHeaders.map(fieldOf),
      values: [],
      places: [],
    };
    this.#runs.push(run);
    latest[partition] = run;
    return run;
  }

  /** The places of the records in the order in which the script stores them. */
  get order(): number[] {
    return this.#runs.flatMap(({ places }) => places);
  }

  /** The number of runs, then the runs. */
  pushTo(target: Argument[]): void {
    target.push(String(this.#runs.length));
    for (const { head, hasKey, hasValue, headers, raw, values, places } of this.#runs) {
      const value = hasValue ? 'value' : nullValue;
      const names = [
        ...(hasKey ? ['key', value] : [value]),
        ...headers.map((name) => headerPrefix + name),
        ...raw,
      ];
      target.push(...head, String(places.length), String(names.length), ...names);
      for (const value of values) target.push(value);
    }
  }
}

/** In the same order. */
function hasFields(run: Run, { key, value, headers, rawHeaders }: NewRecord): boolean {
  if (run.hasKey !== (key !== null) || run.hasValue !== (value !== null)) return false;
  if (run.raw.length !== (rawHeaders?.length ?? 0)) return false;
  if (rawHeaders?.some((header, index) => run.raw[index] !== fieldOf(header))) return false;
  let index = 0;
  for (const name in headers) if (run.headers[index++] !== name) return false;
  return index === run.headers.length;
}
