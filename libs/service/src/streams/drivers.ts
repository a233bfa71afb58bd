import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Driver, StreamsError } from '@millrace/streams';
import { embeddedFile } from './embedded-url.ts';

type DriverLoader = (url: string) => Promise<Driver>;
type Opener = (target: string) => Driver | Promise<Driver>;

const redis: DriverLoader = async (url) =>
  opener('@millrace/streams-redis', await import('@millrace/streams-redis'), 'openRedis')(url);
const kafka: DriverLoader = async (url) =>
  opener('@millrace/streams-kafka', await import('@millrace/streams-kafka'), 'openKafka')(url);

/** The one place that knows which package serves which scheme. A package is loaded when its scheme is used. */
export const driverLoaders: Readonly<Record<string, DriverLoader>> = {
  'embedded:': async (url) => {
    const file = embeddedFile(url);
    await mkdir(dirname(file), { recursive: true });
    return opener(
      '@millrace/streams-embedded',
      await import('@millrace/streams-embedded'),
      'openEmbedded',
    )(file);
  },
  'redis:': redis,
  'rediss:': redis,
  'redis+cluster:': redis,
  'redis+sentinel:': redis,
  'kafka:': kafka,
  'kafka+ssl:': kafka,
};

function opener(packageName: string, module: object, name: string): Opener {
  const found: unknown = Reflect.get(module, name);
  if (isOpener(found)) return found;
  throw new StreamsError('UNSUPPORTED', `${packageName} has no ${name} yet; use an embedded: URL`);
}

function isOpener(value: unknown): value is Opener {
  return typeof value === 'function';
}
