import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, ReplayError } from '../replay-error.ts';

const chunkSize = 256 * 1024;
const gzipMagic = Buffer.from([0x1f, 0x8b]);

/**
 * A file's content in chunks, each byte as one character: no character of UTF-8 beyond ASCII has a byte that could be
 * mistaken for a line end or a comma. gzip is known by its first bytes, whatever the file is called.
 */
export async function* readChunks(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: chunkSize });
  try {
    await once(file, 'readable');
    const head: unknown = file.read(gzipMagic.length) ?? file.read();
    if (!Buffer.isBuffer(head)) return;
    file.unshift(head);
    const content = head.equals(gzipMagic) ? pipeline(file, createGunzip({ chunkSize }), () => {}) : file;
    for await (const chunk of content) yield (chunk as Buffer).toString('latin1');
  } catch (error) {
    throw new ReplayError(`cannot read ${path}: ${messageOf(error)}${adviceFor(error)}`, { cause: error });
  } finally {
    file.destroy();
  }
}

/** zlib's codes begin so. */
function adviceFor(error: unknown): string {
  const unpacking = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
  return unpacking ? '; the gzip file is damaged or incomplete, get a whole copy' : '';
}
