const asterisk = 0x2a;
const dollar = 0x24;
const minus = 0x2d;
const lineFeed = 0x0a;
const zero = 0x30;

/** Cuts what a server sends (RESP2) into whole replies without looking into their texts. */
export class ReplyFramer {
  readonly #onFrame: (frame: Buffer) => void;
  #parts: Buffer[] = [];
  /** Elements that the reply still lacks. */
  #missing = 1;
  /** Bytes of a text, with its line end, that are still to come. */
  #skip = 0;
  /** First byte of the line under way; 0: none. */
  #kind = 0;
  #number = 0;
  #negative = false;

  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      at = this.#skip > 0 ? this.#skipText(chunk, at) : this.#readLine(chunk, at);
      if (this.#missing > 0) continue;
      this.#finish(chunk.subarray(start, at));
      start = at;
    }
    if (start < chunk.length) this.#parts.push(start === 0 ? chunk : chunk.subarray(start));
  }

  #skipText(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.#skip, chunk.length - at);
    this.#skip -= skipped;
    if (this.#skip === 0) this.#missing -= 1;
    return at + skipped;
  }

  #readLine(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#kind === 0) {
      this.#kind = chunk[at++] as number;
      this.#number = 0;
      this.#negative = false;
    }
    if (this.#kind !== asterisk && this.#kind !== dollar) {
      const end = chunk.indexOf(lineFeed, at);
      if (end < 0) return chunk.length;
      this.#endLine();
      return end + 1;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte >= zero) this.#number = this.#number * 10 + byte - zero;
      else if (byte === minus) this.#negative = true;
      else if (byte === lineFeed) {
        this.#endLine();
        return at + 1;
      }
    }
    return at;
  }

  #endLine(): void {
    const number = this.#negative ? -1 : this.#number;
    if (this.#kind === dollar && number >= 0) this.#skip = number + 2;
    else if (this.#kind === asterisk && number > 0) this.#missing += number - 1;
    else this.#missing -= 1;
    this.#kind = 0;
  }

  #finish(last: Buffer): void {
    const parts = this.#parts;
    this.#missing = 1;
    this.#parts = [];
    this.#onFrame(parts.length === 0 ? last : Buffer.concat([...parts, last]));
  }
}
