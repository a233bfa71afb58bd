import { gunzipSync } from 'node:zlib';
import { headerOf } from '@millrace/streams';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatches } from '../../src/wire/batch-decoder.ts';
import { type BatchRecord, encodeBatch } from '../../src/wire/batch-encoder.ts';
import { compressionOf } from '../../src/wire/compression.ts';
import { native } from '../../src/wire/native.ts';

const none = codec('none');
const bytes = fc.uint8Array({ maxLength: 300 });
const record: fc.Arbitrary<BatchRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(fc.oneof(bytes, fc.string({ unit: 'grapheme' }))),
  headers: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), { maxKeys: 4 }),
  timestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
});
const records = fc.array(record, { minLength: 1, maxLength: 20 });

describe('a record batch', () => {
  it.each(['none', 'gzip', 'zstd'])('is read as it was written, compressed by %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(records, async (written) => {
        const { records: read, next } = await decodeBatches(await encodeBatch(written, codec(name)), 0, []);
        expect(read.map(plain)).toEqual(written.map(plain));
        expect(read.map(({ offset }) => offset)).toEqual(written.map((_, index) => index));
        for (const [index, each] of read.entries()) {
          const { headers } = written[index] ?? {};
          for (const name of [...Object.keys(headers ?? {}), 'none'])
            expect(headerOf(each, name)).toBe(headers?.[name]);
        }
        expect(next).toBe(written.length);
      }),
      { numRuns: 50 },
    );
  });

  it('that was cut off is left for the next fetch', async () => {
    const whole = await encodeBatch([simple('a'), simple('b')], none);
    for (const length of [5, 12, 60, whole.length - 1]) {
      const { records: read, next } = await decodeBatches(whole.subarray(0, length), 7, []);
      expect([read, next]).toEqual([[], 7]);
    }
  });

  it('of an older format is refused by name, and never read as one of today', async () => {
    const batch = await encodeBatch([simple('a')], none);
    batch[16] = 1;
    await expect(decodeBatches(batch, 0, [])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/format 1/),
    });
  });

  it('of an aborted transaction is passed over', async () => {
    const producer = { id: 5n, epoch: 1, sequence: 0, transactional: true };
    const batch = await encodeBatch([simple('a')], none, producer);
    expect((await decodeBatches(batch, 0, [])).records).toHaveLength(1);
    expect(await decodeBatches(batch, 0, [{ producer: 5n, first: 0 }])).toEqual({ records: [], next: 1 });
    expect((await decodeBatches(batch, 0, [{ producer: 6n, first: 0 }])).records).toHaveLength(1);
  });

  it('is smaller when it is compressed', async () => {
    const [large] = [simple('x'.repeat(10_000))];
    expect((await encodeBatch([large], codec('gzip'))).length).toBeLessThan(500);
    expect(gunzipSync((await encodeBatch([large], codec('gzip'))).subarray(61)).length).toBeGreaterThan(
      10_000,
    );
  });
});

describe('the checksum', () => {
  // From RFC 3720, B.4, and the catalogue of CRC algorithms (CRC-32/ISCSI).
  it.each([
    ['123456789', 0xe3069283],
    ['', 0],
    ['\0'.repeat(32), 0x8a9136aa],
  ])('of %j is as published', (text, checksum) => {
    expect(native.crc32().crc32c(Buffer.from(text, 'latin1'))).toBe(checksum);
  });
});

function codec(name: string): NonNullable<ReturnType<typeof compressionOf>> {
  const found = compressionOf(name);
  if (!found) throw new Error(`no codec ${name}`);
  return found;
}

function simple(value: string): BatchRecord {
  return { key: null, value, headers: {}, timestamp: 1 };
}

function plain({ key, value, headers, timestamp }: BatchRecord): unknown {
  const hex = (part: string | Uint8Array | null): string | null =>
    part === null ? null : Buffer.from(part as Uint8Array).toString('hex');
  return { key: hex(key), value: hex(value), headers: { ...headers }, timestamp };
}
