import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Driver, NewRecord, StoredRecord } from '@millrace/streams';
import { type EmbeddedOptions, openEmbedded } from '../../src/index.ts';

/** A log in a folder of its own; everything opened is closed and the folder removed at the end. */
export interface TestLog extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  open(options?: EmbeddedOptions): Promise<Driver>;
  /** What a person with the sqlite3 command would use. */
  sqlite(): DatabaseSync;
}

export function testLog(): TestLog {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-'));
  const file = join(folder, 'streams.db');
  const drivers: Driver[] = [];
  const databases: DatabaseSync[] = [];
  return {
    folder,
    file,
    open: async (options) => {
      const driver = await openEmbedded(file, options);
      drivers.push(driver);
      return driver;
    },
    sqlite: () => {
      const database = new DatabaseSync(file, { timeout: 5_000 });
      databases.push(database);
      return database;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(drivers.map((driver) => driver[Symbol.asyncDispose]()));
      for (const database of databases) if (database.isOpen) database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function record(value: string | Uint8Array, partition = 0, topic = 'orders'): NewRecord {
  return { topic, partition, key: 'k', value, headers: {}, timestamp: Date.now() };
}

export function records(count: number, partition = 0): NewRecord[] {
  return Array.from({ length: count }, (_, index) => record(String(index), partition));
}

export const textOf = ({ value }: Pick<StoredRecord, 'value'>): string => Buffer.from(value ?? []).toString();

export async function stored(driver: Driver, partition = 0, topic = 'orders'): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for await (const batch of driver.read(topic, partition, 'earliest', { to: 'now', max: 500 }))
    all.push(...batch);
  return all;
}

export async function waitUntil(
  what: string,
  happened: () => boolean | Promise<boolean>,
  boundMs = 20_000,
): Promise<void> {
  const deadline = performance.now() + boundMs;
  while (!(await happened())) {
    if (performance.now() > deadline) throw new Error(`waited ${boundMs} ms in vain until ${what}`);
    await delay(10);
  }
}
