import { constants } from 'node:buffer';
import { readFile, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { megabytes } from './memory-plot.ts';

/** The file, its text and the mended text. */
const copiesInMemory = 3;
/** The generated file, and what two of the ways make of it. */
const filesOnDisk = 3.1;

/** Why a file of this size cannot be mended in memory; undefined when it can. */
export async function bufferProblem(bytes: number): Promise<string | undefined> {
  if (bytes > constants.MAX_STRING_LENGTH)
    return `refused: ${megabytes(bytes)} do not fit into one string, which holds ${megabytes(constants.MAX_STRING_LENGTH)} at most`;
  const free = await availableMemory();
  return bytes * copiesInMemory > free
    ? `refused: it would need ${megabytes(bytes * copiesInMemory)} of memory, and ${megabytes(free)} are free`
    : undefined;
}

/** Why the files do not fit into the folder; undefined when they do. */
export async function diskProblem(folder: string, bytes: number): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const needed = bytes * filesOnDisk;
  return needed > bavail * bsize
    ? `a file of ${megabytes(bytes)} and what is made of it need ${megabytes(needed)} in ${folder}, and ${megabytes(bavail * bsize)} are free; choose a smaller --size`
    : undefined;
}

/** What Linux could give, caches included. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}
