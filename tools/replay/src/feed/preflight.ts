import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, ReplayError } from '../replay-error.ts';
import type { InputFile } from '../run/input-file.ts';
import { fileKind, kindBytes } from '../sales/file-kind.ts';
import { readChunks } from '../sales/read-chunks.ts';
import { type InvalidRow, readSales } from '../sales/read-sales.ts';
import { decodeUtf8 } from '../sales/utf8.ts';

/** As many rows are read in search of a valid one. */
const rowsChecked = 1_000;

const reasonsShown = 5;

/**
 * Reads the file's beginning. Throws a ReplayError when it is no sales file, has no rows, or has no valid one among its
 * first thousand.
 */
export async function checkSales(path: string): Promise<void> {
  let rows = 0;
  let invalidRows = 0;
  const reasons: InvalidRow[] = [];
  for await (const batch of readSales(readChunks(path), path)) {
    rows += batch.rows;
    reasons.push(...batch.invalidRows.slice(0, reasonsShown - reasons.length));
    invalidRows += batch.invalidRows.length;
    if (invalidRows < rows) return;
    if (rows >= rowsChecked) break;
  }
  if (rows === 0) throw new ReplayError(`${path} holds no sales: there is nothing below its header`);
  throw new ReplayError(
    [
      `${path} holds no sales: every row is invalid (${rows.toLocaleString('en')} read)`,
      ...reasons.map(({ row, reason }) => `  row ${row}: ${reason}`),
    ].join('\n'),
  );
}

/**
 * Looks at how an access log begins. Throws a ReplayError for a packed file and for other encodings, of which every line
 * would be malformed; any text is taken, as it is for the web server service to say which lines it understands.
 */
export async function checkAccessLog(path: string): Promise<void> {
  let beginning = '';
  for await (const chunk of readChunks(path)) {
    beginning += chunk.slice(0, kindBytes - beginning.length);
    if (beginning.length === kindBytes) break;
  }
  const kind = fileKind(decodeUtf8(beginning));
  if (kind !== undefined) throw new ReplayError(`${path} is no access log: ${kind}`);
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
