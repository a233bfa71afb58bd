import { open } from 'node:fs/promises';
import { chunkBytes } from './replaced.ts';

const words =
  'the stream of events flows through partitions and consumers read what producers wrote in order at last'.split(
    ' ',
  );
const lineWords = 12;
/** No multiple of a chunk: where the chunks are cut moves with every block. */
const blockBytes = 1_048_583;
const oneIn = 40;
const acrossBorder = Buffer.from(' breams ');
const borders = 8;

/**
 * A text with the word `breams` in it, about once in 250 bytes, of that many bytes. The first borders of chunks are sure to
 * lie within the word.
 */
export async function generateFile(path: string, bytes: number, signal: AbortSignal): Promise<void> {
  const block = makeBlock();
  await using file = await open(path, 'w');
  for (let written = 0; written < bytes; ) {
    signal.throwIfAborted();
    const part = block.subarray(0, Math.min(block.length, bytes - written));
    written += (await file.write(part)).bytesWritten;
  }
  for (let at = chunkBytes; at < bytes - acrossBorder.length && at <= borders * chunkBytes; at += chunkBytes)
    await file.write(acrossBorder, 0, acrossBorder.length, at - acrossBorder.length / 2);
}

function makeBlock(): Buffer {
  const parts: string[] = [];
  let [length, number] = [0, 0];
  while (length < blockBytes) {
    number++;
    const word = number % oneIn === 0 ? 'breams' : (words[(number * 7) % words.length] ?? '');
    const part = `${word}${number % lineWords === 0 ? '\n' : ' '}`;
    parts.push(part);
    length += part.length;
  }
  return Buffer.from(parts.join('')).subarray(0, blockBytes);
}
