import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, ReplayError } from '../replay-error.ts';
import type { InputFile } from '../run/input-file.ts';
import { readChunks } from '../sales/read-chunks.ts';
import { readSales } from '../sales/read-sales.ts';

/** Reads the file's beginning: a ReplayError when it is no sales file, or one without a row. */
export async function checkSales(path: string): Promise<void> {
  for await (const { rows } of readSales(readChunks(path), path)) if (rows > 0) return;
  throw new ReplayError(`${path} holds no sales: there is nothing below its header`);
}

/** Larger files are checked while they are fed, so that nobody waits minutes for the first row. */
const checkedBytes = 512 * 1024 * 1024;

/** Unpacks a gzip file once: a damaged or incomplete one is known before anything of it is published. */
export async function checkWhole({ path, bytes, packed }: InputFile, signal: AbortSignal): Promise<void> {
  if (!packed || bytes > checkedBytes) return;
  try {
    await pipeline(createReadStream(path), createGunzip(), discard(), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new ReplayError(
      `${path} is a damaged or incomplete gzip file (${messageOf(error)}); nothing of it was published: get a whole copy and begin a new run`,
    );
  }
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
