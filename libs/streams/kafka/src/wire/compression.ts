import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { StreamsError } from '@millrace/streams';
import { native } from './native.ts';
import { snappy, unsnappy } from './snappy.ts';

export type CompressionName = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface Compression {
  readonly name: CompressionName;
  /** The number in a batch's attributes. */
  readonly code: number;
  readonly compress?: (bytes: Buffer) => Promise<Buffer> | Buffer;
  readonly decompress?: (bytes: Buffer) => Promise<Buffer> | Buffer;
}

const codecs: readonly Compression[] = [
  { name: 'none', code: 0 },
  { name: 'gzip', code: 1, compress: promisify(gzip), decompress: promisify(gunzip) },
  { name: 'snappy', code: 2, compress: snappy, decompress: unsnappy },
  {
    name: 'lz4',
    code: 3,
    compress: (bytes) => native.lz4().compressFrameSync(bytes),
    decompress: (bytes) => native.lz4().decompressFrameSync(bytes),
  },
  { name: 'zstd', code: 4, compress: promisify(zstdCompress), decompress: promisify(zstdDecompress) },
];

export const compressionNames: string = codecs.map(({ name }) => name).join(', ');

export function compressionOf(name: string): Compression | undefined {
  return codecs.find((codec) => codec.name === name);
}

export function compress(compression: Compression, bytes: Buffer): Buffer | Promise<Buffer> {
  return compression.compress ? compression.compress(bytes) : bytes;
}

export function decompress(code: number, bytes: Buffer): Buffer | Promise<Buffer> {
  if (code === 0) return bytes;
  const codec = codecs[code];
  if (codec?.decompress) return codec.decompress(bytes);
  throw new StreamsError(
    'UNSUPPORTED',
    `a record batch is compressed by ${codec?.name ?? `the unknown codec ${code}`}`,
  );
}
