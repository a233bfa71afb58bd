import { copyFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger, loadConfig } from '../../src/index.ts';
import { applyWithPosition, migrate, openSql, type Sql } from '../../src/sql/index.ts';

const own = z.object({ DATABASE_URL: z.string().optional() });
const at = (offset: string) => ({ topic: 'letters', partition: 0, offset });

async function open(folder: string): Promise<Sql<object>> {
  const config = loadConfig({ DATA_DIR: folder }, { service: 'sink', port: 0, own });
  const log = createLogger({ service: 'sink', level: 'silent', format: 'json' });
  const store = await openSql<object>({
    service: 'sink',
    config: { ...config, DATABASE_URL: undefined },
    log,
  });
  await migrate(store.db, []);
  return store;
}

const harms: readonly (readonly [string, (file: string) => void])[] = [
  ['removed', (file) => rmSync(file)],
  ['renamed', (file) => renameSync(file, `${file}.old`)],
  [
    'replaced by a copy',
    (file) => {
      copyFileSync(file, `${file}.copy`);
      renameSync(`${file}.copy`, file);
    },
  ],
  ['robbed of its -wal', (file) => rmSync(`${file}-wal`)],
  ['robbed of its -shm', (file) => rmSync(`${file}-shm`)],
];

it.each(harms)('a database file that is %s while it is open takes no further batch', async (_name, harm) => {
  const folder = await mkdtemp(join(tmpdir(), 'sql-'));
  await using store = await open(folder);
  await applyWithPosition(store.db, { previous: undefined, last: at('1') }, async () => {});
  expect(store.problem()).toBeUndefined();
  harm(join(folder, 'sink.db'));
  expect(store.problem()).toContain('while it was open');
  const late = applyWithPosition(store.db, { previous: at('1'), last: at('2') }, async (transaction) => {
    await sql`create table late (id integer)`.execute(transaction);
  });
  await expect(late).rejects.toMatchObject({
    code: 'STORAGE_CORRUPT',
    message: expect.stringContaining('while it was open'),
  });
  await expect(sql`create table alone (id integer)`.execute(store.db)).rejects.toMatchObject({
    code: 'STORAGE_CORRUPT',
  });
  await store.db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

it('what a burst has made of the write-ahead log is given back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sql-'));
  await using store = await open(folder);
  await sql`create table blobs (content blob)`.execute(store.db);
  const log = join(folder, 'sink.db-wal');
  // A reader keeps what is in the log from going to the file, so that it grows.
  const reader = new DatabaseSync(join(folder, 'sink.db'));
  reader.exec('begin');
  reader.prepare('select * from blobs').all();
  for (let written = 0; written < 16; written++)
    await sql`insert into blobs values (zeroblob(1000000))`.execute(store.db);
  expect(statSync(log).size).toBeGreaterThan(16_000_000);
  reader.close();
  for (let written = 0; written < 3; written++)
    await sql`insert into blobs values (zeroblob(1000000))`.execute(store.db);
  expect(statSync(log).size).toBeLessThan(6_000_000);
});
