import { DatabaseSync } from 'node:sqlite';
import { openRedisClient } from './redis-client.ts';

/** The ids of what has had its effect, beside the effects themselves: a Set of Redis, or a table beside the embedded log. */
export interface ProcessedSet extends AsyncDisposable {
  /** Has the effect and remembers the id, both or neither; false when the id is a member already. */
  takeEffect(id: string): Promise<boolean>;
  members(): Promise<readonly string[]>;
  /** How often each id had its effect. */
  effects(): Promise<ReadonlyMap<string, number>>;
}

export async function openProcessedSet(url: string, namespace: string): Promise<ProcessedSet> {
  return url.startsWith('embedded:')
    ? besideTheLog(url.slice('embedded:'.length), namespace)
    : onRedis(url, namespace);
}

async function onRedis(url: string, namespace: string): Promise<ProcessedSet> {
  const client = await openRedisClient(url);
  await client.connect();
  // One slot of a Cluster, so that one transaction can change both.
  const [ids, charged] = [`${namespace}.{P0}:processed`, `${namespace}.{P0}:charged`] as const;
  return {
    takeEffect: async (id) => {
      if ((await client.sismember(ids, id)) === 1) return false;
      await client.multi().hincrby(charged, id, 1).sadd(ids, id).exec();
      return true;
    },
    members: async () => (await client.smembers(ids)).toSorted(),
    effects: async () =>
      new Map(Object.entries(await client.hgetall(charged)).map(([id, times]) => [id, Number(times)])),
    [Symbol.asyncDispose]: async () => client.disconnect(),
  };
}

async function besideTheLog(file: string, namespace: string): Promise<ProcessedSet> {
  const database = new DatabaseSync(`${file}-${namespace}-processed`);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; CREATE TABLE IF NOT EXISTS processed (id TEXT PRIMARY KEY, times INTEGER NOT NULL)',
  );
  const rows = (): { id: string; times: number }[] =>
    database
      .prepare('SELECT id, times FROM processed ORDER BY id')
      .all()
      .map(({ id, times }) => ({ id: String(id), times: Number(times) }));
  return {
    takeEffect: async (id) =>
      database.prepare('INSERT OR IGNORE INTO processed VALUES (?, 1)').run(id).changes === 1,
    members: async () => rows().map(({ id }) => id),
    effects: async () => new Map(rows().map(({ id, times }) => [id, times])),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}
