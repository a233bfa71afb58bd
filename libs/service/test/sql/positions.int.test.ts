import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Position } from '@millrace/streams';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger, loadConfig } from '../../src/index.ts';
import {
  applyWithPosition,
  loadPositions,
  migrate,
  openSql,
  RowInserter,
  type Sql,
} from '../../src/sql/index.ts';

interface Tables {
  letters: { sequence: number; body: string };
}

const own = z.object({ DATABASE_URL: z.string().optional() });
const letters = new RowInserter('letters', ['body']);
const at = (offset: string): Position => ({ topic: 'letters', partition: 0, offset });

async function open(folder: string): Promise<Sql<Tables>> {
  const config = loadConfig({ DATA_DIR: folder }, { service: 'test', port: 0, own });
  const log = createLogger({ service: 'test', level: 'silent', format: 'json' });
  const store = await openSql<Tables>({
    service: 'test',
    config: { ...config, DATABASE_URL: undefined },
    log,
  });
  await migrate(store.db, []);
  await sql`create table if not exists letters (sequence ${sql.raw(store.sequenceType)}, body text)`.execute(
    store.db,
  );
  return store;
}

async function bodies(store: Sql<Tables>): Promise<string[]> {
  const rows = await store.db.selectFrom('letters').select('body').orderBy('sequence').execute();
  return rows.map(({ body }) => body);
}

describe('positions in SQL', () => {
  it('move with what was made of the records', async () => {
    await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')));
    expect(await loadPositions(store.db, ['letters'], 0)).toEqual([]);
    await applyWithPosition(store.db, { previous: undefined, last: at('2') }, (t) =>
      letters.insert(t, [['a'], ['b']]),
    );
    await applyWithPosition(store.db, { previous: at('2'), last: at('3') }, (t) =>
      letters.insert(t, [['c']]),
    );
    expect(await bodies(store)).toEqual(['a', 'b', 'c']);
    expect(await loadPositions(store.db, ['letters', 'others'], 0)).toEqual([at('3')]);
    expect(await loadPositions(store.db, ['letters'], 1)).toEqual([]);
  });

  it.each([
    ['from nowhere again', undefined],
    ['from an older one', at('1')],
  ])('do not move %s, and nothing is applied', async (_name, previous) => {
    await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')));
    await applyWithPosition(store.db, { previous: undefined, last: at('1') }, async () => {});
    await applyWithPosition(store.db, { previous: at('1'), last: at('2') }, async () => {});
    const zombie = applyWithPosition(store.db, { previous, last: at('3') }, (t) =>
      letters.insert(t, [['zombie']]),
    );
    await expect(zombie).rejects.toMatchObject({ code: 'FENCED' });
    expect(await bodies(store)).toEqual([]);
    expect(await loadPositions(store.db, ['letters'], 0)).toEqual([at('2')]);
  });

  it('stay where they are when applying fails', async () => {
    await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')));
    const failing = applyWithPosition(
      store.db,
      { previous: undefined, last: at('1') },
      async (transaction) => {
        await letters.insert(transaction, [['half']]);
        throw new Error('a bug');
      },
    );
    await expect(failing).rejects.toThrow('a bug');
    expect(await bodies(store)).toEqual([]);
    expect(await loadPositions(store.db, ['letters'], 0)).toEqual([]);
  });

  it('of a database that another process holds are BUSY, which is tried again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sql-'));
    await using one = await open(folder);
    await using other = await open(folder);
    await applyWithPosition(one.db, { previous: undefined, last: at('1') }, async (transaction) => {
      await letters.insert(transaction, [['first']]);
      const second = applyWithPosition(other.db, { previous: undefined, last: at('1') }, async () => {});
      await expect(second).rejects.toMatchObject({ code: 'BUSY', retryable: true });
    });
  });

  it('any number of rows is inserted whole and in order', async () => {
    await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')));
    const rows = Array.from({ length: 1_237 }, (_, index) => [`row ${index}`]);
    await store.db.transaction().execute((transaction) => letters.insert(transaction, rows));
    expect(await bodies(store)).toEqual(rows.flat());
  });

  it('stores U+0000 as an access log writes it', async () => {
    await using store = await open(await mkdtemp(join(tmpdir(), 'sql-')));
    await letters.insert(store.db, [['a\0b']]);
    expect(await bodies(store)).toEqual(['a\\x00b']);
  });
});
