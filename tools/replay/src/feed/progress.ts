import { closeSync, openSync, readSync } from 'node:fs';
import type { InputFile } from '../run/input-file.ts';

/** How much of a file has been read, in bytes of its unpacked content. */
export class ReadingProgress {
  #read = 0;
  readonly #total: number;

  constructor(file: InputFile) {
    this.#total = unpackedBytes(file);
  }

  /** 0 to 1. */
  get fraction(): number {
    return Math.min(1, this.#read / Math.max(1, this.#total));
  }

  /** The same chunks, counted. */
  async *count(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      this.#read += chunk.length;
      yield chunk;
    }
  }
}

/**
 * A gzip file ends with its unpacked size modulo 4 GiB (RFC 1952). What is packed hardly ever shrinks below a tenth,
 * which tells how many times 4 GiB to add; a wrong guess harms the estimate of the time left, nothing else.
 */
function unpackedBytes({ path, bytes, packed }: InputFile): number {
  if (!packed) return bytes;
  const rest = lastFour(path, bytes).readUInt32LE();
  const missing = Math.max(0, bytes * 0.9 - rest);
  return rest + Math.ceil(missing / 2 ** 32) * 2 ** 32;
}

function lastFour(path: string, bytes: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(4);
    readSync(handle, buffer, 0, 4, Math.max(0, bytes - 4));
    return buffer;
  } finally {
    closeSync(handle);
  }
}
