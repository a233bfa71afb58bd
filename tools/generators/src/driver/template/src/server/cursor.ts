import { formatPosition, type Position, StreamsError } from '@millrace/streams';
import type { Loss, WireDelivery } from '../protocol.ts';
import type { Ending, Pending, Progress } from './group.ts';
import type { Partition } from './partition.ts';

interface InFlight {
  readonly offset: number;
  readonly since: number;
  readonly attempt: number;
  /** Its attempt was counted when it was delivered. */
  counted: boolean;
}

/** How far a partitioned group has come in one partition: acknowledged, delivered, and what comes next. */
export class Cursor implements Progress {
  readonly partition: Partition;
  owner: string | undefined;
  start: number;
  /** Where it goes on when nothing else is known. */
  #origin: number;
  #acknowledged: number;
  #delivered: number;
  /**
   * What an owner that died had in flight lies before this offset. One of those records may have killed it: they are
   * delivered one at a time, so that an attempt which ends with its process is counted for that record alone.
   */
  #individuallyBefore = 0;
  /** Attempts begun, of records that have had any. */
  readonly #attempts: Map<number, number> = new Map();
  #inFlight: InFlight[] = [];

  constructor(partition: Partition, start: number) {
    this.partition = partition;
    this.start = start;
    this.#origin = start;
    this.#acknowledged = start;
    this.#delivered = start;
  }

  get committed(): number {
    return this.#acknowledged;
  }

  get lag(): number {
    return Math.max(0, this.partition.next - Math.max(this.#acknowledged, this.partition.first));
  }

  get pending(): readonly Pending[] {
    return this.#inFlight.map(({ offset, since, attempt }) => ({
      offset,
      since,
      deliveries: attempt,
      owner: this.owner,
    }));
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** Whether the next record has to be the only one in flight. */
  get individually(): boolean {
    return this.#delivered < Math.min(this.#individuallyBefore, this.partition.next);
  }

  /** What was trimmed before it was delivered; the cursor goes on after it. */
  skipTrimmed(): Loss | undefined {
    const { first, topic, number } = this.partition;
    if (first <= this.#delivered) return undefined;
    const loss = { topic, partition: number, from: this.#delivered, through: first - 1 };
    this.#delivered = first;
    if (this.#inFlight.length === 0) this.#acknowledged = first;
    return loss;
  }

  deliver(max: number): WireDelivery[] {
    const alone = this.individually;
    return this.partition.read(this.#delivered, alone ? 1 : max).map((record) => {
      const { offset } = record;
      const attempt = 1 + (this.#attempts.get(offset) ?? (offset < this.#individuallyBefore ? 1 : 0));
      if (alone) this.#attempts.set(offset, attempt);
      this.#inFlight.push({ offset, since: Date.now(), attempt, counted: alone });
      this.#delivered = offset + 1;
      return { ...record, attempt };
    });
  }

  /** INVALID_ARGUMENT unless these are the oldest in flight, in order. */
  check(positions: readonly Position[]): void {
    for (const [index, position] of positions.entries()) {
      if (Number(position.offset) !== this.#inFlight[index]?.offset)
        throw new StreamsError(
          'INVALID_ARGUMENT',
          `${formatPosition(position)} cannot be acknowledged: the records of a partition are acknowledged in order, each once`,
        );
    }
  }

  acknowledge(count: number): void {
    for (const { offset } of this.#inFlight.splice(0, count)) {
      this.#attempts.delete(offset);
      this.#acknowledged = offset + 1;
    }
    if (this.#inFlight.length === 0) this.#acknowledged = this.#delivered;
  }

  /** Keeps how often a record was attempted, through a crash too. */
  recordAttempts(offset: number, attempts: number): void {
    this.#attempts.set(offset, attempts);
    const record = this.#inFlight.find((each) => each.offset === offset);
    if (record) record.counted = false;
  }

  /** The owner holds it no longer: what it had in flight is delivered again. */
  end(ending: Ending): void {
    switch (ending) {
      case 'returned':
        for (const { offset, attempt, counted } of this.#inFlight)
          if (counted) this.#attempts.set(offset, attempt - 1);
        break;
      case 'died':
        if (this.#inFlight.length > 0)
          this.#individuallyBefore = Math.max(this.#individuallyBefore, this.#delivered);
        break;
      default:
        ending satisfies never;
    }
    this.#inFlight = [];
    this.#delivered = this.#acknowledged;
  }

  moveTo(offset: number, start: number): void {
    this.start = start;
    this.#origin = offset;
    this.#individuallyBefore = 0;
    this.#attempts.clear();
    this.goOnAt(offset);
  }

  /** Goes on at the offset; without one where the group began. */
  goOnAt(offset: number = this.#origin): void {
    this.#inFlight = [];
    this.#acknowledged = offset;
    this.#delivered = offset;
  }
}
