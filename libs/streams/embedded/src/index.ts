import { dirname } from 'node:path';
import { type Driver, makeFolder } from '@millrace/streams';
import type { OpenDriver } from '@millrace/streams/driver';
import { embeddedFile } from '@millrace/streams/driver';
import { EmbeddedDriver } from './driver.ts';
import { openLogEngine } from './log/open-log-engine.ts';

export { embeddedCapabilities } from './driver.ts';

export interface EmbeddedOptions {
  /** Milliseconds that a write waits for another program's lock before it fails with BUSY. Default 30000. */
  readonly busyMs?: number;
}

/**
 * Opens a log kept in one SQLite file, which is created when missing. Any number of processes of one machine may have
 * it open. Errors: INVALID_ARGUMENT (another program's file), STORAGE_CORRUPT, STORAGE_VERSION (written by a newer
 * release), STORAGE_FULL, UNAUTHORIZED, BUSY.
 */
export async function openEmbedded(file: string, options: EmbeddedOptions = {}): Promise<Driver> {
  return new EmbeddedDriver(await openLogEngine(file, { busyMs: options.busyMs ?? 30_000 }));
}

/** The driver of an `embedded:` URL, for `openStreams`. The file's folder is created when missing. */
export const openDriver: OpenDriver = async (url) => {
  const file = embeddedFile(url);
  // Unlike a log that may not be written, a folder that cannot be made is waited for.
  makeFolder(dirname(file));
  return openEmbedded(file);
};
