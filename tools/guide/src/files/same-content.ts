import { open } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/** The first byte at which two files differ, or undefined when they are equal. */
export async function firstDifference(one: string, other: string): Promise<number | undefined> {
  await using first = await open(one, 'r');
  await using second = await open(other, 'r');
  const [left, right] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  for (let at = 0; ; ) {
    const [a, b] = await Promise.all([
      first.read(left, 0, chunkBytes, at),
      second.read(right, 0, chunkBytes, at),
    ]);
    const length = Math.min(a.bytesRead, b.bytesRead);
    if (left.compare(right, 0, length, 0, length) !== 0)
      return at + left.subarray(0, length).findIndex((byte, index) => byte !== right[index]);
    if (length === 0) return a.bytesRead === b.bytesRead ? undefined : at;
    at += length;
  }
}
