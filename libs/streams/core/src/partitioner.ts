import murmurHash3 from 'murmurhash3js-revisited';
import { murmur2 } from './murmur2.ts';
import type { Bytes } from './record.ts';

export type PartitionerName = 'murmur3' | 'murmur2';

/** Reused for every short key, and its beginnings by length: placing a record allocates nothing. */
const scratch = Buffer.allocUnsafe(1_024);
const beginnings: Uint8Array[] = [];

/** The partition of a key: the same on every backend. `murmur2` is the placement of the Java clients' default partitioner. */
export function partitionOf(
  key: Bytes,
  partitions: number,
  partitioner: PartitionerName = 'murmur3',
): number {
  const keyBytes = typeof key === 'string' ? encode(key) : key;
  switch (partitioner) {
    case 'murmur3':
      return murmurHash3.x86.hash32(keyBytes) % partitions;
    case 'murmur2':
      return (murmur2(keyBytes) & 0x7fffffff) % partitions;
    default:
      return unknownPartitioner(partitioner);
  }
}

function encode(key: string): Uint8Array {
  if (key.length * 3 > scratch.length) return Buffer.from(key);
  const length = scratch.write(key);
  beginnings[length] ??= scratch.subarray(0, length);
  return beginnings[length];
}

function unknownPartitioner(partitioner: never): never {
  throw new TypeError(`unknown partitioner ${String(partitioner)}`);
}
