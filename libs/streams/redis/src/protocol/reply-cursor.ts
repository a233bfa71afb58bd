const zero = 0x30;
const minus = 0x2d;

/** Goes through one whole reply (RESP2), element by element. */
export class ReplyCursor {
  readonly frame: Buffer;
  at: number;

  constructor(frame: Buffer, at = 0) {
    this.frame = frame;
    this.at = at;
  }

  /** The first byte of the element that is next. */
  get kind(): number {
    return this.frame[this.at] as number;
  }

  /** Passes the header of a text or a list; its length, -1 where there is none. */
  length(): number {
    const { frame } = this;
    let at = this.at + 1;
    if (frame[at] === minus) {
      this.at = at + 4;
      return -1;
    }
    let number = 0;
    for (let byte = frame[at] as number; byte >= zero; byte = frame[++at] as number)
      number = number * 10 + byte - zero;
    this.at = at + 2;
    return number;
  }

  /** Passes a text whose header was passed. */
  skip(length: number): void {
    this.at += length + 2;
  }

  /** The text that is next. */
  text(): string {
    const length = this.length();
    const start = this.at;
    this.skip(length);
    return this.frame.toString('utf8', start, start + length);
  }

  /** The bytes of the text that is next, where they lie. */
  bytes(): Buffer {
    const length = this.length();
    const start = this.at;
    this.skip(length);
    return this.frame.subarray(start, start + length);
  }

  /** What stands in the line of an element that is neither text nor list, without its first byte. */
  line(): string {
    const end = this.frame.indexOf('\r\n', this.at, 'latin1');
    const text = this.frame.toString('utf8', this.at + 1, end);
    this.at = end + 2;
    return text;
  }
}
