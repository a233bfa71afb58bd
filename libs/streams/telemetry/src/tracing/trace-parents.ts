import { randomFillSync } from 'node:crypto';

const count = 128;
const spanIdAt = 16;
const randomBytes = 24;
const blank = `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`;
const digits = Buffer.from('0123456789abcdef');

/** The context of a new trace, and the number by which the share of the sampled traces is measured. */
export interface DrawnTrace {
  /** As the header of an unsampled trace has it. */
  readonly traceParent: string;
  /** 0 to 2^32 - 1: the exclusive or of the trace id's four words, as the ratio samplers of OpenTelemetry's SDK have it. */
  readonly measure: number;
}

/**
 * Headers of new traces, written many at once: each is then cut out of one text. Put together from parts it would be a
 * tree of texts that the collector of garbage copies and its encoding has to join.
 */
export class TraceParents {
  readonly #random = Buffer.allocUnsafeSlow(count * randomBytes);
  readonly #bytes = Buffer.from(blank.repeat(count));
  #text = '';
  #next: number = count;

  draw(): DrawnTrace {
    if (this.#next === count) this.#refill();
    const index = this.#next++;
    const random = this.#random;
    const at = index * randomBytes;
    const words =
      random.readInt32BE(at) ^
      random.readInt32BE(at + 4) ^
      random.readInt32BE(at + 8) ^
      random.readInt32BE(at + 12);
    const start = index * blank.length;
    return { traceParent: this.#text.substring(start, start + blank.length), measure: words >>> 0 };
  }

  #refill(): void {
    randomFillSync(this.#random);
    for (let index = 0; index < count; index++) {
      const start = index * blank.length;
      this.#write(index * randomBytes, spanIdAt, start + 3);
      this.#write(index * randomBytes + spanIdAt, randomBytes - spanIdAt, start + 36);
    }
    this.#text = this.#bytes.toString('latin1');
    this.#next = 0;
  }

  #write(from: number, length: number, to: number): void {
    const bytes = this.#bytes;
    let at = to;
    for (let index = from; index < from + length; index++) {
      const byte = this.#random[index] ?? 0;
      bytes[at++] = digits[byte >> 4] ?? 0;
      bytes[at++] = digits[byte & 0xf] ?? 0;
    }
  }
}
