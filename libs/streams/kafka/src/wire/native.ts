import { createRequire } from 'node:module';
import { StreamsError } from '@millrace/streams';

const load = createRequire(import.meta.url);

type Crc32 = typeof import('@node-rs/crc32');
type Lz4 = typeof import('lz4-napi');
type Snappy = typeof import('snappy');

/** Packages whose binaries are loaded when they are first used; UNSUPPORTED where this machine has none. */
export const native: {
  readonly crc32: () => Crc32;
  readonly lz4: () => Lz4;
  readonly snappy: () => Snappy;
} = {
  crc32: once(() => load('@node-rs/crc32') as Crc32, '@node-rs/crc32'),
  lz4: once(() => load('lz4-napi') as Lz4, 'lz4-napi'),
  snappy: once(() => load('snappy') as Snappy, 'snappy'),
};

function once<Package>(require: () => Package, name: string): () => Package {
  let loaded: Package | undefined;
  return () => {
    try {
      loaded ??= require();
    } catch (error) {
      throw new StreamsError(
        'UNSUPPORTED',
        `the package ${name} has no binary for this machine (${process.platform}-${process.arch}) or was installed without optional dependencies`,
        { cause: error },
      );
    }
    return loaded;
  };
}
