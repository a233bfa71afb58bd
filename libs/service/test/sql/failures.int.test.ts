import { chownSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@millrace/streams';
import {
  mountSmallDisk,
  type PostgresServer,
  requireService,
  requireSmallDisk,
  startPostgres,
  startReplyProxy,
} from '@millrace/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger, loadConfig } from '../../src/index.ts';
import { applyWithPosition, loadPositions, migrate, openSql, type Sql } from '../../src/sql/index.ts';

const own = z.object({ DATABASE_URL: z.string().optional() });
const at = (offset: string): Position => ({ topic: 'letters', partition: 0, offset });
const first = { previous: undefined, last: at('1') };

/** Who PostgreSQL runs as. */
const nobody = 65_534;
let opened = 0;

async function open(DATABASE_URL?: string): Promise<Sql<object>> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'sql-'));
  // Each a schema of its own on the server that they share.
  const NAMESPACE = `sink-${++opened}`;
  const config = { ...loadConfig({ DATA_DIR, NAMESPACE }, { service: 'sink', port: 0, own }), DATABASE_URL };
  const log = createLogger({ service: 'sink', level: 'silent', format: 'json' });
  const store = await openSql<object>({ service: 'sink', config, log, deadlineMs: 500 });
  await store.prepare();
  await migrate(store.db, []);
  return store;
}

it('a full SQLite file is STORAGE_FULL, with what SQLite said as the cause', async () => {
  await using store = await open();
  await sql`create table blobs (content blob)`.execute(store.db);
  await sql`pragma max_page_count = 20`.execute(store.db);
  const failing = applyWithPosition(store.db, first, async (transaction) => {
    await sql`insert into blobs values (zeroblob(1000000))`.execute(transaction);
  });
  await expect(failing).rejects.toMatchObject({
    code: 'STORAGE_FULL',
    cause: { message: 'database or disk is full' },
  });
  expect(await loadPositions(store.db, ['letters'], 0)).toEqual([]);
});

requireService('postgres')('PostgreSQL', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(() => postgres[Symbol.asyncDispose]());

  it('that no longer replies is UNAVAILABLE after the deadline, and used again once it does', async () => {
    await using proxy = await startReplyProxy(Number(new URL(postgres.url).port));
    const url = new URL(postgres.url);
    url.port = String(proxy.port);
    await using store = await open(url.href);
    proxy.delayReplies(3_600_000);
    await expect(loadPositions(store.db, ['letters'], 0)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(applyWithPosition(store.db, first, async () => {})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    proxy.delayReplies(0);
    await applyWithPosition(store.db, first, async () => {});
    expect(await loadPositions(store.db, ['letters'], 0)).toEqual([at('1')]);
  });

  it('that goes in the middle of a transaction is UNAVAILABLE with the reason, and nothing is applied', async () => {
    await using proxy = await startReplyProxy(Number(new URL(postgres.url).port));
    const url = new URL(postgres.url);
    url.port = String(proxy.port);
    await using store = await open(url.href);
    const failing = applyWithPosition(store.db, first, async (transaction) => {
      proxy.cut();
      await sql`select 1`.execute(transaction);
    });
    await expect(failing).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: 'Connection terminated unexpectedly' },
    });
    expect(await loadPositions(store.db, ['letters'], 0)).toEqual([]);
  });

  it('says what it refused, also when the transaction cannot be rolled back', async () => {
    await using store = await open(postgres.url);
    const failing = applyWithPosition(store.db, first, async (transaction) => {
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
    });
    await expect(failing).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { message: 'terminating connection due to administrator command' },
    });
  });

  requireSmallDisk('on a full disk', () => {
    it('of its tables is STORAGE_FULL, applies nothing, and goes on once there is room', async () => {
      using disk = mountSmallDisk(8);
      chownSync(disk.folder, nobody, nobody);
      await using store = await open(postgres.url);
      await sql`create tablespace small location ${sql.lit(disk.folder)}`.execute(store.db);
      await sql`create table blobs (content text) tablespace small`.execute(store.db);
      await sql`alter table blobs alter content set storage external`.execute(store.db);
      disk.fill(200_000);
      const apply = (): Promise<void> =>
        applyWithPosition(store.db, first, async (transaction) => {
          await sql`insert into blobs values (${'x'.repeat(1_000_000)})`.execute(transaction);
        });
      await expect(apply()).rejects.toMatchObject({
        code: 'STORAGE_FULL',
        retryable: true,
        message: expect.stringMatching(/could not .*No space left on device/),
        cause: { code: '53100' },
      });
      expect(await loadPositions(store.db, ['letters'], 0)).toEqual([]);
      disk.makeRoom();
      await apply();
      expect(await loadPositions(store.db, ['letters'], 0)).toEqual([at('1')]);
      await sql`drop table blobs`.execute(store.db);
      await sql`drop tablespace small`.execute(store.db);
    });

    it('of its log, which ends it, is STORAGE_FULL; all or nothing of a batch is there when it runs again', async () => {
      using disk = mountSmallDisk(16);
      await using server = await startPostgres({ walFolder: disk.folder });
      await using store = await open(server.url);
      await sql`create table blobs (content text)`.execute(store.db);
      await sql`alter table blobs alter content set storage external`.execute(store.db);
      disk.fill(0);
      let applied = 0;
      const apply = async (): Promise<void> => {
        const previous = applied === 0 ? undefined : at(String(applied));
        await applyWithPosition(
          store.db,
          { previous, last: at(String(applied + 1)) },
          async (transaction) => {
            await sql`insert into blobs values (${'x'.repeat(100_000)})`.execute(transaction);
          },
        );
        applied += 1;
      };
      const filled = (async () => {
        for (let times = 0; times < 1_000; times++) await apply();
      })();
      await expect(filled).rejects.toMatchObject({ code: 'STORAGE_FULL', cause: { code: '53100' } });
      // It recovers, or has ended.
      await expect(apply()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      disk.makeRoom();
      await server.kill();
      await server.start();
      const counted = await sql<{ count: number }>`select count(*) as count from blobs`.execute(store.db);
      // What it was writing may be stored, though it could not say so.
      expect([applied, applied + 1]).toContain(counted.rows[0]?.count);
      applied = counted.rows[0]?.count ?? 0;
      expect(await loadPositions(store.db, ['letters'], 0)).toEqual([at(String(applied))]);
      await apply();
    });
  });
});
