import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder, StreamsError } from '@millrace/streams';
import { retry } from '@millrace/streams/driver';
import { integer } from './row.ts';
import { applicationId, migrations } from './schema.ts';
import { isBusy, translateError } from './sqlite-error.ts';

/** Records of a few hundred bytes and batches of a hundred kilobytes both fit: measured in docs/decisions/0020. */
const pageSize = 8192;

/** Checkpoints run in a thread; only when that fails does a commit make one, when the write-ahead log is this long. */
const lastResortPages = (256 * 1024 * 1024) / pageSize;
/** Bytes of the write-ahead log that stay when it begins again. */
const largestIdleLog = 16 * 1024 * 1024;

/** Opens the log, creating the file and its folder, or bringing an older file up to this version. */
export async function openDatabase(file: string, busyMs: number): Promise<DatabaseSync> {
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw translateError(error, file);
  }
  try {
    // SQLITE_BUSY while another process creates the file is ordinary.
    return await retry(async () => open(file), {
      deadlineMs: busyMs,
      initialMs: 2,
      maxMs: 6,
      isRetryable: isBusy,
    });
  } catch (error) {
    throw translateError(error, file);
  }
}

function open(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: false });
  try {
    prepareDatabase(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareDatabase(database: DatabaseSync, file: string): void {
  const version = readVersion(database, file);
  if (version === 0) database.exec(`PRAGMA page_size = ${pageSize}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec('PRAGMA temp_store = MEMORY');
  database.exec(`PRAGMA wal_autocheckpoint = ${lastResortPages}`);
  // What a burst has made of the write-ahead log is given back when the log begins again.
  database.exec(`PRAGMA journal_size_limit = ${largestIdleLog}`);
  database.exec('PRAGMA cache_size = -4096');
  if (version < migrations.length) migrate(database, file);
}

/** In one read: between two, another process that creates the log would make it look like another program's file. */
function readVersion(database: DatabaseSync, file: string): number {
  database.exec('BEGIN');
  try {
    return checkVersion(database, file);
  } finally {
    database.exec('COMMIT');
  }
}

function checkVersion(database: DatabaseSync, file: string): number {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const tables = integer(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get(), 'tables');
  if (application !== applicationId && tables > 0) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `The file ${file} is an SQLite database of another program, not a log of this library: name another file`,
    );
  }
  if (version > migrations.length) {
    throw new StreamsError(
      'STORAGE_VERSION',
      `The log ${file} has format ${version}, written by a newer release; this release reads up to ${migrations.length}: upgrade this program`,
    );
  }
  return version;
}

function migrate(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = checkVersion(database, file);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return integer(database.prepare(`PRAGMA ${name}`).get(), name);
}
