const digits = Buffer.from('0123456789abcdef');
const notADigit = -1;
const values = new Int8Array(256).fill(notADigit);
for (const [value, digit] of digits.entries()) values[digit] = value;

/**
 * Half of a trace's id, or the whole of a span's: eight bytes as two signed words. To read and write ids as texts, digit by
 * digit, costs more than all the rest of a span.
 */
export class Id64 {
  readonly high: number;
  readonly low: number;

  constructor(high: number, low: number) {
    this.high = high;
    this.low = low;
  }

  /** From sixteen hexadecimal digits, lower case; undefined where there are others. */
  static read(bytes: Uint8Array, at: number): Id64 | undefined {
    let high = 0;
    let low = 0;
    let all = 0;
    for (let index = at; index < at + 8; index++) {
      const value = values[bytes[index] ?? 0] ?? notADigit;
      all |= value;
      high = (high << 4) | value;
    }
    for (let index = at + 8; index < at + 16; index++) {
      const value = values[bytes[index] ?? 0] ?? notADigit;
      all |= value;
      low = (low << 4) | value;
    }
    return all < 0 ? undefined : new Id64(high, low);
  }

  get isZero(): boolean {
    return (this.high | this.low) === 0;
  }

  /** Its sixteen digits. */
  write(bytes: Uint8Array, at: number): void {
    writeWord(bytes, at, this.high);
    writeWord(bytes, at + 8, this.low);
  }
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  let rest = word;
  for (let index = at + 7; index >= at; index--) {
    bytes[index] = digits[rest & 0xf] ?? 0;
    rest >>>= 4;
  }
}
