import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Driver, Notice } from '@millrace/streams';
import { embeddedFile } from './embedded-url.ts';

/** `onNotice` hears what opening waits for. */
type DriverLoader = (url: string, onNotice?: (notice: Notice) => void) => Promise<Driver>;

const redis: DriverLoader = async (url) => (await import('@millrace/streams-redis')).openRedis(url);
const kafka: DriverLoader = async (url, onNotice) =>
  (await import('@millrace/streams-kafka')).openKafka(url, onNotice ? { onNotice } : {});

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
