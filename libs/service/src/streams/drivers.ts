import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Driver } from '@millrace/streams';
import { embeddedFile } from './embedded-url.ts';

type DriverLoader = (url: string) => Promise<Driver>;

const redis: DriverLoader = async (url) => (await import('@millrace/streams-redis')).openRedis(url);
const kafka: DriverLoader = async (url) => (await import('@millrace/streams-kafka')).openKafka(url);

/** The one place that knows which package serves which scheme. A package is loaded when its scheme is used. */
export const driverLoaders: Readonly<Record<string, DriverLoader>> = {
  'embedded:': async (url) => {
    const file = embeddedFile(url);
    await mkdir(dirname(file), { recursive: true });
    return (await import('@millrace/streams-embedded')).openEmbedded(file);
  },
  'redis:': redis,
  'rediss:': redis,
  'redis+cluster:': redis,
  'redis+sentinel:': redis,
  'kafka:': kafka,
  'kafka+ssl:': kafka,
};
