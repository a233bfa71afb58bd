import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, ReplayError } from '../replay-error.ts';

/** A file to replay, and enough of it to tell whether it is still the same one. */
export interface InputFile {
  readonly path: string;
  readonly bytes: number;
  /** Whether it is gzip, by its first bytes. */
  readonly packed: boolean;
  /** SHA-256 over the size and the file's first and last 256 KiB. */
  readonly fingerprint: string;
}

const sampled = 256 * 1024;

/** Looks at a file before anything is started for it. A ReplayError says what is wrong with it. */
export async function lookAtFile(path: string, what: string): Promise<InputFile> {
  const absolute = resolve(path);
  const handle = await openFile(absolute, what);
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new ReplayError(`the ${what} ${absolute} is a folder; name a file`);
    if (stats.size === 0 && stats.isFile())
      throw new ReplayError(`the ${what} ${absolute} is empty; is its download complete?`);
    if (!stats.isFile()) {
      throw new ReplayError(
        `the ${what} ${absolute} is no regular file; a replay must be able to read it again to go on after a stop: write it to a file first`,
      );
    }
    const packed = await isGzip(handle);
    return { path: absolute, bytes: stats.size, packed, fingerprint: await fingerprint(handle, stats.size) };
  } finally {
    await handle.close();
  }
}

async function openFile(path: string, what: string): Promise<FileHandle> {
  try {
    // A named pipe that nobody writes to would be waited for.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ReplayError(`there is no ${what} ${path}; check the path`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new ReplayError(`the ${what} ${path} cannot be read: no permission (chmod +r would give it)`);
    throw new ReplayError(`the ${what} ${path} cannot be opened: ${messageOf(error)}`);
  }
}

async function isGzip(handle: FileHandle): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return buffer.readUInt16BE() === 0x1f8b;
}

async function fingerprint(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256').update(`${size}\n`);
  const buffer = Buffer.alloc(sampled);
  for (const position of new Set([0, Math.max(0, size - sampled)])) {
    const { bytesRead } = await handle.read(buffer, 0, sampled, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest('hex');
}
