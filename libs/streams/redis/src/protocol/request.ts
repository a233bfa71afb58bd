export type Argument = string | Buffer | number;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** `$`, at most ten digits, and two line ends. */
const frameBytes = 15;
const shortText = 32;

/** A command as the protocol writes it: one piece of memory and no intermediate texts. */
export function encodeRequest(command: string, args: readonly Argument[]): Buffer {
  let most = frameBytes * 2 + command.length;
  for (const arg of args) most += frameBytes + (typeof arg === 'string' ? arg.length : sizeOf(arg));
  const request = new Request(most);
  request.head(0x2a, args.length + 1);
  request.text(command);
  for (const arg of args) {
    if (typeof arg === 'object') request.bytes(arg);
    else request.text(typeof arg === 'string' ? arg : String(arg));
  }
  return request.done();
}

function sizeOf(arg: Buffer | number): number {
  return typeof arg === 'number' ? 25 : arg.length;
}

class Request {
  #buffer: Buffer;
  #at = 0;
  /** Bytes that nothing was counted for. */
  #spare = 0;

  constructor(size: number) {
    this.#buffer = Buffer.allocUnsafe(size);
  }

  /** A text that is not all ASCII takes more bytes than were counted for it. */
  text(text: string): void {
    if (text.length <= shortText && this.#short(text)) return;
    const bytes = Buffer.byteLength(text);
    if (bytes === text.length) {
      this.head(0x24, bytes);
      this.#at += this.#buffer.write(text, this.#at, 'latin1');
    } else {
      this.#reserve(bytes - text.length);
      this.head(0x24, bytes);
      this.#at += this.#buffer.write(text, this.#at);
    }
    this.#endLine();
  }

  /** False when it is not all ASCII. A call into the runtime costs more than so few characters. */
  #short(text: string): boolean {
    const begin = this.#at;
    this.head(0x24, text.length);
    const buffer = this.#buffer;
    let at = this.#at;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.#at = begin;
        return false;
      }
      buffer[at++] = code;
    }
    this.#at = at;
    this.#endLine();
    return true;
  }

  bytes(bytes: Buffer): void {
    this.head(0x24, bytes.length);
    this.#at += bytes.copy(this.#buffer, this.#at);
    this.#endLine();
  }

  head(kind: number, number: number): void {
    const buffer = this.#buffer;
    buffer[this.#at++] = kind;
    let digits = 1;
    for (let bound = 10; number >= bound; bound *= 10) digits += 1;
    for (let at = this.#at + digits - 1, rest = number; at >= this.#at; at--, rest = (rest / 10) | 0)
      buffer[at] = 0x30 + (rest % 10);
    this.#at += digits;
    this.#endLine();
  }

  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #endLine(): void {
    this.#buffer[this.#at++] = carriageReturn;
    this.#buffer[this.#at++] = lineFeed;
  }

  /** Room for more bytes than were counted; taken generously, so that it is rare. */
  #reserve(bytes: number): void {
    if (bytes > this.#spare) {
      const more = bytes + (this.#buffer.length >> 1);
      const larger = Buffer.allocUnsafe(this.#buffer.length + more);
      this.#buffer.copy(larger, 0, 0, this.#at);
      this.#buffer = larger;
      this.#spare += more;
    }
    this.#spare -= bytes;
  }
}
