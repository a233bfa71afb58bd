import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireService, startPostgres } from '@millrace/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger, loadConfig } from '../../src/index.ts';
import { type Migration, migrate, openSql, type Sql } from '../../src/sql/index.ts';

interface Tables {
  letters: { body: string; stamp: string | null };
}

const own = z.object({ DATABASE_URL: z.string().optional() });

async function open(folder: string, url: string | undefined): Promise<Sql<Tables>> {
  const config = {
    ...loadConfig({ DATA_DIR: folder }, { service: 'test', port: 0, own }),
    DATABASE_URL: url,
  };
  const log = createLogger({ service: 'test', level: 'silent', format: 'json' });
  const store = await openSql<Tables>({ service: 'test', config, log });
  await store.prepare();
  return store;
}

const first: Migration<Tables> = async (db) => {
  await sql`create table letters (body text not null)`.execute(db);
  await sql`insert into letters (body) values ('kept')`.execute(db);
};
const second: Migration<Tables> = async (db) => {
  await sql`alter table letters add column stamp text`.execute(db);
  await sql`insert into letters (body, stamp) values ('new', 'red')`.execute(db);
};
const failing: Migration<Tables> = async (db) => {
  await sql`delete from letters`.execute(db);
  throw new Error('a bug');
};

async function letters({ db }: Sql<Tables>): Promise<unknown[]> {
  return db.selectFrom('letters').selectAll().orderBy('body').execute();
}

const upToDate = [
  { body: 'kept', stamp: null },
  { body: 'new', stamp: 'red' },
];

function suite(engine: string, urlOf: () => Promise<{ url: string | undefined } & AsyncDisposable>): void {
  describe(`migrations on ${engine}`, () => {
    it('run once each, in order, and leave what is there', async () => {
      await using server = await urlOf();
      await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')), server.url);
      await migrate(store.db, [first]);
      await migrate(store.db, [first, second]);
      await migrate(store.db, [first, second]);
      expect(await letters(store)).toEqual(upToDate);
      await expect(migrate(store.db, [first, second, failing])).rejects.toThrow('a bug');
      expect(await letters(store)).toEqual(upToDate);
      // A member of the version before starts beside the new ones.
      await migrate(store.db, [first]);
      expect(await letters(store)).toEqual(upToDate);
    });

    it('run once when many members start at the same moment', async () => {
      await using server = await urlOf();
      const folder = await mkdtemp(join(tmpdir(), 'sql-'));
      await using stack = new AsyncDisposableStack();
      const members: Sql<Tables>[] = [];
      for (let member = 0; member < 4; member++) members.push(stack.use(await open(folder, server.url)));
      await Promise.all(members.map((member) => untilDone(() => migrate(member.db, [first, second]))));
      for (const member of members) expect(await letters(member)).toEqual(upToDate);
    });
  });
}

/** As a service does while it starts. */
async function untilDone(attempt: () => Promise<void>): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts === 50) throw error;
    }
  }
}

suite('SQLite', async () => ({ url: undefined, [Symbol.asyncDispose]: async () => {} }));
requireService('postgres')('with a server', () => suite('PostgreSQL', startPostgres));
