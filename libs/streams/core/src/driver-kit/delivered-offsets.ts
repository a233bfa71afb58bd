import { StreamsError } from '../errors.ts';
import { formatPosition, type Position } from '../position.ts';

/** The offsets of one topic that a lease has delivered and that are not acknowledged, in order. */
export class DeliveredOffsets {
  #offsets: number[] = [];

  get size(): number {
    return this.#offsets.length;
  }

  /** Undefined beyond the end. */
  at(index: number): number | undefined {
    return this.#offsets[index];
  }

  add(offset: number): void {
    this.#offsets.push(offset);
  }

  /** The last one was not delivered after all. */
  takeBack(): void {
    this.#offsets.pop();
  }

  /** INVALID_ARGUMENT unless these records are the next ones to acknowledge, in order. */
  check(records: readonly Position[]): void {
    for (const [index, record] of records.entries()) {
      const expected = this.#offsets[index];
      if (Number(record.offset) !== expected) throw outOfOrder(record, expected);
    }
  }

  /** Removes the first of them and returns them. */
  acknowledge(count: number): number[] {
    return this.#offsets.splice(0, count);
  }

  clear(): void {
    this.#offsets = [];
  }
}

/** Records by the topic they are of, in order within each. */
export function byTopic<Of extends Position>(records: readonly Of[]): Map<string, Of[]> {
  const topics = new Map<string, Of[]>();
  for (const record of records) {
    const own = topics.get(record.topic);
    if (own === undefined) topics.set(record.topic, [record]);
    else own.push(record);
  }
  return topics;
}

function outOfOrder(record: Position, expected: number | undefined): StreamsError {
  const next =
    expected === undefined
      ? 'nothing is delivered and not acknowledged'
      : `the next one to acknowledge is ${expected}`;
  return new StreamsError(
    'INVALID_ARGUMENT',
    `${formatPosition(record)} cannot be acknowledged: records of a partition are acknowledged in order, each once, and ${next}`,
  );
}
