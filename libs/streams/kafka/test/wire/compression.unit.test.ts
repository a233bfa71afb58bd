import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress, compressionOf, decompress } from '../../src/wire/compression.ts';

describe.each(['gzip', 'snappy', 'lz4', 'zstd'])('%s', (name) => {
  const codec = compressionOf(name);
  if (!codec) throw new Error(`no codec ${name}`);
  const roundTrip = async (bytes: Buffer): Promise<Buffer> =>
    await decompress(codec.code, await compress(codec, bytes));

  test('gives back any bytes', async () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(300))));
    const repeats = fc.nat({ max: 400 });
    await fc.assert(
      fc.asyncProperty(pieces, repeats, async (parts, times) => {
        const bytes = Buffer.concat(Array.from({ length: times + 1 }, () => Buffer.concat(parts)));
        expect((await roundTrip(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  test('gives back what fills several blocks, and makes text smaller', async () => {
    const text = Buffer.from(
      JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `n${id}` }))),
    );
    const packed = await compress(codec, text);
    expect(packed.length).toBeLessThan(text.length / 2);
    expect((await roundTrip(text)).equals(text)).toBe(true);
  });
});
