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
function unpackedBytes({ path, bytes }: InputFile): number {
  if (bytes < 18 || readAt(path, 0, 2).readUInt16BE() !== 0x1f8b) return bytes;
  const rest = readAt(path, bytes - 4, 4).readUInt32LE();
  const missing = Math.max(0, bytes * 0.9 - rest);
  return rest + Math.ceil(missing / 2 ** 32) * 2 ** 32;
}

function readAt(path: string, position: number, length: number): Buffer {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    readSync(handle, buffer, 0, length, position);
    return buffer;
  } finally {
    closeSync(handle);
  }
}
