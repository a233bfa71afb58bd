import murmurHash3 from 'murmurhash3js-revisited';
import { murmur2 } from './murmur2.ts';
import type { Bytes } from './record.ts';

export type PartitionerName = 'murmur3' | 'murmur2';

const encoder = new TextEncoder();

/** The partition of a key: the same on every backend. `murmur2` is the placement of the Java clients' default partitioner. */
export function partitionOf(
  key: Bytes,
  partitions: number,
  partitioner: PartitionerName = 'murmur3',
): number {
  const keyBytes = typeof key === 'string' ? encoder.encode(key) : key;
  switch (partitioner) {
    case 'murmur3':
      return murmurHash3.x86.hash32(keyBytes) % partitions;
    case 'murmur2':
      return (murmur2(keyBytes) & 0x7fffffff) % partitions;
    default:
      return unknownPartitioner(partitioner);
  }
}

function unknownPartitioner(partitioner: never): never {
  throw new TypeError(`unknown partitioner ${String(partitioner)}`);
}
