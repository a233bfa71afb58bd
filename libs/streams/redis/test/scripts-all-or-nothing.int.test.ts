import { isStreamsError, type NewRecord, type StoredRecord } from '@millrace/streams';
import type { CompetingCommit } from '@millrace/streams/driver';
import { type RedisServer, requireService, startRedis } from '@millrace/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { append } from '../src/commands/append.ts';
import { encodeCommit, storeCommit } from '../src/commands/commit.ts';
import { commitCompeting } from '../src/commands/competing.ts';
import { deliver } from '../src/commands/deliver.ts';
import { acquire } from '../src/commands/lease.ts';
import { RecordRuns } from '../src/entries/record-runs.ts';
import { translate } from '../src/errors.ts';
import { openRedis } from '../src/index.ts';

const withRedis = requireService('redis');

const streamOf = (topic: string, partition: number): string => `${topic}:{P${partition}}`;
const record = (topic: string, value: string): NewRecord => ({
  topic,
  partition: 0,
  key: 'alice',
  value,
  headers: {},
  timestamp: 0,
});
const holder = { lease: 'millrace:{P0}:bank:lease', token: 'token', group: 'bank', member: 'm/1' };
const ids = ['1-0', '2-0'];
const outputs = [record('booked', 'a'), record('booked', 'b'), record('mails', 'c')];

/** The scripts that write in more than one place, each with a call whose every write is needed. */
const calls: Readonly<Record<string, (user: Redis) => Promise<unknown>>> = {
  append: (user) => {
    const streams = ['booked:{P0}', 'mails:{P0}'];
    const runs = new RecordRuns((topic) => [topic === 'booked' ? '1' : '2']);
    for (const [place, output] of outputs.entries()) runs.add(output, place);
    return append(user, {
      streams,
      producers: streams.map((stream) => `millrace:producers:${stream}`),
      once: { producer: 'feeder', sequence: 1 },
      producerSeconds: 1_000,
      records: runs,
    });
  },
  commit: (user) =>
    storeCommit(
      user,
      encodeCommit({
        holder,
        partition: 0,
        number: 1,
        confirmed: { commit: 0, fetch: 0 },
        // As small as the commit: the other set is dropped in the same step.
        dedupeWindow: 2,
        commit: {
          acknowledged: [{ topic: 'payments', partition: 0, offset: '1-0' }],
          outputs: [...outputs, { ...record('far', 'd'), partition: 1 }],
          state: [
            { store: 'balances', key: 'alice', value: '20' },
            { store: 'balances', key: 'bob', value: null },
          ],
          dedupeIds: ['p1', 'p2'],
          failed: { record: { topic: 'payments', partition: 0, offset: '2-0' }, attempts: 3 },
        },
        streamOf,
        elsewhere: (partition) => partition !== 0,
      }),
    ),
  'commit-competing': (user) => {
    const of = (offset: string): StoredRecord => ({
      topic: 'payments',
      partition: 0,
      offset,
      key: null,
      value: new Uint8Array(),
      headers: {},
      timestamp: 0,
    });
    const steps: CompetingCommit[] = [
      {
        record: of('1-0'),
        acknowledged: true,
        outputs: [...outputs, { ...record('far', 'd'), partition: 1 }],
      },
      { record: of('2-0'), acknowledged: false, outputs: [], attempts: 3 },
    ];
    return commitCompeting(user, {
      group: 'bank',
      member: 'm/1',
      outbox: 'millrace:{P0}:bank:outbox',
      counters: 'millrace:{P0}:bank:outbox-counters',
      commits: steps,
      streamOf,
      elsewhere: (partition) => partition !== 0,
    });
  },
  deliver: (user) =>
    deliver(user, {
      inbox: 'millrace:{P0}:bank:inbox',
      source: '1',
      outboxEntries: [1, 2].map((number) => ({
        number,
        stream: number === 1 ? 'booked:{P0}' : 'mails:{P0}',
        fields: ['value', `v${number}`],
      })),
    }),
};

/** The keys of each call and the kind that they must have. */
const keys: Readonly<Record<string, readonly string[]>> = {
  append: ['booked:{P0}', 'mails:{P0}', 'millrace:producers:booked:{P0}', 'millrace:producers:mails:{P0}'],
  commit: [
    'booked:{P0}',
    'mails:{P0}',
    'payments:{P0}',
    'millrace:{P0}:bank:state:balances',
    'millrace:{P0}:bank:seen:0',
    'millrace:{P0}:bank:seen:1',
    'millrace:{P0}:bank:outbox',
    'millrace:{P0}:bank:outbox-counters',
  ],
  'commit-competing': [
    'booked:{P0}',
    'mails:{P0}',
    'millrace:{P0}:bank:outbox',
    'millrace:{P0}:bank:outbox-counters',
  ],
  deliver: ['booked:{P0}', 'mails:{P0}', 'millrace:{P0}:bank:inbox'],
};

const commands = [
  ...[
    'del',
    'hdel',
    'hget',
    'hincrby',
    'hmget',
    'hrandfield',
    'hset',
    'hsetnx',
    'sadd',
    'scard',
    'time',
    'type',
    'unlink',
  ],
  ...['xack', 'xadd', 'xclaim', 'xdel', 'xpending', 'xrange'],
];

/** Redis does not roll back a script: one that fails must have changed nothing, and be repeatable. */
withRedis('a script', () => {
  let server: RedisServer;
  let admin: Redis;
  let user: Redis;

  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    await admin.call('ACL', ['SETUSER', 'shop', 'on', '>pw', '~*', '&*', '+@all']);
    user = new Redis(`redis://shop:pw@127.0.0.1:${server.port}`);
  });
  afterAll(async () => {
    admin.disconnect();
    user.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await admin.flushall();
    for (const id of ids) await admin.xadd('payments:{P0}', id, 'value', 'v');
    await admin.xgroup('CREATE', 'payments:{P0}', 'bank', '0');
    await admin.xreadgroup('GROUP', 'bank', 'm/1', 'STREAMS', 'payments:{P0}', '>');
    await acquire(admin, holder, { owner: 'm', leaseMs: 60_000, knownEpoch: 0 });
    await admin.hset('millrace:{P0}:bank:state:balances', 'bob', '1');
    await admin.sadd('millrace:{P0}:bank:seen:1', 'old');
  });

  describe.each(Object.keys(calls))('%s', (name) => {
    const call = calls[name] as (typeof calls)[string];

    test('refused at any one of its commands changes nothing, and passes when it is repeated', async () => {
      const refused: string[] = [];
      for (const command of commands) {
        await admin.call('ACL', ['SETUSER', 'shop', `-${command}`]);
        const before = await contents(admin);
        const error = await call(user).then(
          () => undefined,
          (thrown: unknown) => translate(thrown, 'a script'),
        );
        await admin.call('ACL', ['SETUSER', 'shop', `+${command}`]);
        if (error === undefined) {
          // It needs no such command at all.
          await restore(admin, before);
          continue;
        }
        refused.push(command);
        expect({ command, code: error.code }).toEqual({ command, code: 'UNAUTHORIZED' });
        expect({ command, contents: await contents(admin) }).toEqual({ command, contents: before });
      }
      expect(refused).toEqual(
        expect.arrayContaining(['xadd', name === 'commit-competing' ? 'xack' : 'hset']),
      );
      await call(user);
      expect(await admin.xlen('booked:{P0}')).toBeGreaterThan(0);
    });

    test.each(keys[name] ?? [])('with another program’s value at %s changes nothing', async (key) => {
      await admin.del(key);
      await admin.set(key, 'somebody else');
      const before = await contents(admin);
      await expect(call(user)).rejects.toThrow(key);
      expect(await contents(admin)).toEqual(before);
    });

    test('into a stream whose ids are exhausted leaves no entry in another', async () => {
      await admin.xadd('mails:{P0}', '18446744073709551615-18446744073709551615', 'value', 'last');
      const before = await entries(admin);
      const error = await call(user).catch((thrown: unknown) => translate(thrown, 'a script'));
      expect(isStreamsError(error, 'STORAGE_FULL')).toBe(true);
      expect(await entries(admin)).toEqual(before);
      await admin.del('mails:{P0}');
      await call(user);
      expect(await admin.xlen('mails:{P0}')).toBe(1);
    });
  });

  test('is asked for when a driver opens: a login that lacks a command says so', async () => {
    await admin.call('ACL', [
      'SETUSER',
      'poor',
      'on',
      '>pw',
      '~*',
      '&*',
      '+@all',
      '-unlink',
      '-xgroup|setid',
    ]);
    const opening = openRedis(`redis://poor:pw@127.0.0.1:${server.port}`);
    await expect(opening).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(opening).rejects.toThrow('+unlink +xgroup|setid');
  });
});

/** Every key with what DUMP says of it. */
async function contents(admin: Redis): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const key of (await admin.keys('*')).toSorted()) {
    found[key] = (await admin.dumpBuffer(key))?.toString('base64') ?? '';
  }
  return found;
}

async function restore(admin: Redis, what: Readonly<Record<string, string>>): Promise<void> {
  await admin.flushall();
  for (const [key, dump] of Object.entries(what)) {
    await admin.call('RESTORE', [key, 0, Buffer.from(dump, 'base64')]);
  }
}

/** What readers see of every key: a removed entry leaves its number behind in the stream. */
async function entries(admin: Redis): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const key of (await admin.keys('*')).toSorted()) {
    const type = await admin.type(key);
    if (type === 'stream') found[key] = await admin.xrange(key, '-', '+');
    else found[key] = (await admin.dumpBuffer(key))?.toString('base64');
  }
  return Object.fromEntries(
    Object.entries(found).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}
