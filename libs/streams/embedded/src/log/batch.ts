import { holdsRecords, recordEnd } from './record-decoder.ts';

/** Where a batch's records stand: `base` is the offset of the first. */
export interface BatchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly base: number;
}

/** A batch's memory, which its records share. */
export interface BatchBody {
  readonly position: BatchPosition;
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** `at`: where the record begins in the body; `offset`: its own. */
export type MakeRecord<R> = (body: BatchBody, at: number, offset: number) => R;

/** The records of one row, made as they are taken: a large row costs no more than what is in flight. */
export class Batch<R> {
  readonly #body: BatchBody;
  readonly #make: MakeRecord<R>;
  /** The offset after its last record. */
  readonly end: number;
  #next: number;
  #at = 0;

  private constructor(body: BatchBody, records: number, make: MakeRecord<R>) {
    this.#body = body;
    this.#make = make;
    this.#next = body.position.base;
    this.end = body.position.base + records;
  }

  /** Undefined when the bytes do not hold exactly `records` records. */
  static open<R>(
    bytes: Buffer,
    records: number,
    position: BatchPosition,
    make: MakeRecord<R>,
  ): Batch<R> | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return holdsRecords(view, records) ? new Batch({ position, bytes, view }, records, make) : undefined;
  }

  /** The offset of the record that is taken next. */
  get next(): number {
    return this.#next;
  }

  /** False when the offset is not one of this batch. */
  seek(offset: number): boolean {
    const { position, view } = this.#body;
    if (offset < position.base || offset >= this.end) return false;
    if (offset < this.#next) {
      this.#next = position.base;
      this.#at = 0;
    }
    for (; this.#next < offset; this.#next++) this.#at = recordEnd(view, this.#at);
    return true;
  }

  take(max: number): R[] {
    const { view } = this.#body;
    const taken: R[] = [];
    while (this.#next < this.end && taken.length < max) {
      taken.push(this.#make(this.#body, this.#at, this.#next));
      this.#at = recordEnd(view, this.#at);
      this.#next += 1;
    }
    return taken;
  }
}
