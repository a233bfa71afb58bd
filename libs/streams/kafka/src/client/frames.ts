const lengthBytes = 4;
const nothing = Buffer.alloc(0);

/** Puts the pieces that a socket gives together to frames: a length of four bytes, and so many bytes. */
export class Frames {
  readonly #mostBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Returns the frames that are whole with this piece. RangeError when the length is none that a broker sends. */
  add(piece: Buffer): Buffer[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const whole: Buffer[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) whole.push(frame);
    return whole;
  }

  #take(): Buffer | undefined {
    if (this.#bytes < lengthBytes) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < lengthBytes) this.#join();
    const length = this.#pieces[0]?.readInt32BE() ?? 0;
    if (length < lengthBytes || length > this.#mostBytes)
      throw new RangeError(`a frame of ${length} bytes: whoever answers does not speak Kafka's protocol`);
    if (this.#bytes < lengthBytes + length) return undefined;
    if ((this.#pieces[0]?.length ?? 0) < lengthBytes + length) this.#join();
    const first = this.#pieces[0] ?? nothing;
    const rest = first.subarray(lengthBytes + length);
    if (rest.length > 0) this.#pieces[0] = rest;
    else this.#pieces.shift();
    this.#bytes -= lengthBytes + length;
    return first.subarray(lengthBytes, lengthBytes + length);
  }

  #join(): void {
    this.#pieces = [Buffer.concat(this.#pieces)];
  }
}
