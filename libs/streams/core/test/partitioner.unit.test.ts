import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { murmur2 } from '../src/murmur2.ts';
import { partitionOf } from '../src/partitioner.ts';

const encoder = new TextEncoder();
/** So many partitions that the partition is the hash itself. */
const wholeHash = 2 ** 32;

describe('murmur2', () => {
  // Apache Kafka, clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java, testMurmur2.
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the Java clients do', (key, hash) => {
    expect(murmur2(encoder.encode(key))).toBe(hash);
    expect(partitionOf(key, 12, 'murmur2')).toBe((hash & 0x7fffffff) % 12);
  });

  test('hashes a view on other bytes by what it shows', () => {
    const whole = encoder.encode('xfoobary');
    expect(murmur2(whole.subarray(1, 7))).toBe(-790332482);
  });
});

describe('murmur3', () => {
  // MurmurHash3_x86_32 with seed 0, as published with the reference implementation and on Wikipedia.
  test.each([
    ['', 0],
    ['test', 0xba6bd213],
    ['Hello, world!', 0xc0363e43],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
    ['abc', 0xb3dd93fa],
    ['hello', 0x248bfa47],
  ])('hashes %j as the reference does', (key, hash) => {
    expect(partitionOf(key, wholeHash)).toBe(hash);
  });
});

describe('a partition', () => {
  test('is the same for a key and its UTF-8 bytes, and one of those there are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom('murmur3', 'murmur2'),
        (key, partitions, partitioner) => {
          const partition = partitionOf(key, partitions, partitioner);
          expect(partitionOf(encoder.encode(key), partitions, partitioner)).toBe(partition);
          expect(partition).toBeGreaterThanOrEqual(0);
          expect(partition).toBeLessThan(partitions);
        },
      ),
    );
  });
});
