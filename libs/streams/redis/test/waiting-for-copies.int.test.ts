import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createStreams } from '@millrace/streams/driver';
import { type RedisServer, redisServices, requireService, serverOf, startRedis } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import {
  fetchCount,
  firstLease,
  joinOptions,
  records,
  stored,
  stubbornly,
  uniqueName,
  waitFor,
} from './support.ts';

const withRedis = requireService('redis');

const replicationMs = 300;
const leaseMs = 1_500;
/** Together they outlast the lease. */
const waits = 6;

withRedis('acks all', () => {
  test('says when the replica does not have the write in time, keeps leases meanwhile, and a repeat stores nothing twice', async () => {
    await using master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] });
    await using replica = await startRedis({ arguments: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await waitFor('the replica is in sync', async () =>
      (await replica.command('INFO', 'replication')).includes('master_link_status:up'),
    );
    await using driver = await openRedis(master.url, { replicationMs });
    expect(driver.capabilities.replicated).toBe(true);
    const [topic, output, group] = [uniqueName('t'), uniqueName('o'), uniqueName('g')];
    await driver.admin.ensureTopics([topic, output].map((name) => ({ name, partitions: 1 })));
    await driver.append(records(topic, ['a']), { acks: 'leader' });
    await using membership = await driver.join(group, joinOptions([topic], { acks: 'all', leaseMs }));
    const lease = await firstLease(membership);
    const acknowledged = await fetchCount(lease, 1);

    replica.pause();
    const append = driver.append(records(topic, ['b']), { acks: 'all' });
    await expect(append).rejects.toMatchObject({ code: 'NOT_REPLICATED', retryable: true });
    const step = { acknowledged, outputs: records(output, ['made of a']), state: [], dedupeIds: [] };
    for (let attempt = 0; attempt < waits; attempt++) {
      await expect(lease.commit(step)).rejects.toMatchObject({ code: 'NOT_REPLICATED' });
    }
    expect(lease.lost.aborted).toBe(false);
    replica.resume();
    await stubbornly(() => lease.commit(step));
    expect(await stored(driver, output)).toEqual(['made of a']);
    expect(await stored(driver, topic)).toEqual(['a', 'b']);
  });

  test('waits at each publish for what is there at that time: replicas that come, stand still and go, an append-only file that is switched', async () => {
    await using master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] });
    await using driver = await openRedis(master.url);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    const publish = (): Promise<unknown> => driver.append(records(topic, ['a']), { acks: 'all' });
    await publish();
    const replica = await startRedis({ arguments: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await waitFor('the replica is in sync', async () =>
      /slave0:.*state=online/.test(await master.command('INFO', 'replication')),
    );
    await publish();
    replica.pause();
    await expect(publish()).rejects.toMatchObject({ code: 'NOT_REPLICATED' });
    await expect(publish()).rejects.toThrow(/0 of 1 replicas/);
    replica.resume();
    await replica[Symbol.asyncDispose]();
    await waitFor('the master misses it', async () =>
      (await master.command('INFO', 'replication')).includes('connected_slaves:0'),
    );
    await publish();
    for (const appendonly of ['no', 'yes']) {
      await master.command('CONFIG', 'SET', 'appendonly', appendonly);
      await publish();
    }
    expect(await stored(driver, topic)).toHaveLength(7);
  });

  test.each([
    [
      ['--maxmemory', '20mb', '--maxmemory-policy', 'allkeys-lru'],
      /maxmemory-policy allkeys-lru removes whole streams/,
    ],
    [['--appendonly', 'no'], /nothing is written to a disk/],
    [['--appendfsync', 'no'], /appendfsync no/],
  ])('of a server with %s say at open what can be lost', async (settings, risk) => {
    await using server = await startRedis({ arguments: settings });
    await using driver = await openRedis(server.url);
    const told: string[] = [];
    driver.onNotice(({ kind, message }) => void told.push(`${kind}: ${message}`));
    expect(told.join()).toMatch(risk);
    expect(told.join()).toMatch(/^unsafe-settings: Redis can lose records/);
    // As it is now, also when it was mended and connected again since.
    const { admin } = createStreams(driver);
    expect(admin.unsafeSettings()).toEqual([expect.stringMatching(risk)]);
    await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await server.command('CONFIG', 'SET', 'appendonly', 'yes', 'appendfsync', 'everysec');
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal');
    await waitFor('nothing is unsafe', async () => admin.unsafeSettings().length === 0);
  });

  test('of a master with a replica say that it goes on alone, unless it does not', async () => {
    await using master = await startRedis({ arguments: ['--repl-diskless-sync-delay', '0'] });
    await using replica = await startRedis({ arguments: ['--replicaof', `127.0.0.1 ${master.port}`] });
    await waitFor('the replica is in sync', async () =>
      (await replica.command('INFO', 'replication')).includes('master_link_status:up'),
    );
    const risks = async (): Promise<string[]> => {
      await using driver = await openRedis(master.url);
      const told: string[] = [];
      driver.onNotice(({ message }) => void told.push(message));
      return told;
    };
    expect(await risks()).toEqual([expect.stringContaining('min-replicas-to-write 1')]);
    await using reader = await openRedis(replica.url);
    const told: string[] = [];
    reader.onNotice(({ kind, message }) => void told.push(`${kind}: ${message}`));
    expect(told).toEqual([expect.stringMatching(`^unsafe-settings: .*replica of 127.0.0.1:${master.port};`)]);
    for (let times = 0; times < 3; times++)
      await expect(reader.admin.ensureTopics([{ name: 'more', partitions: 1 }])).rejects.toThrow(
        /is a replica, which takes no writes$|no connection to the server now$/,
      );
    await master.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    expect(await risks()).toEqual([]);
  });
});

for (const service of redisServices) {
  requireService(service)(`acks all with an append-only file on ${service}`, () => {
    test('waits for what is there at each write, whatever is switched and whoever goes meanwhile', async () => {
      const binary = serverOf(service);
      const settings = ['--repl-diskless-sync-delay', '0', '--repl-timeout', '3'];
      await using master = await startRedis({ ...binary, arguments: settings });
      await using proxy = await asRedis8(master.port);
      await using driver = await openRedis(service === 'valkey' ? proxy.url : master.url);
      const asks = service === 'valkey' || /redis_version:[89]/.test(await master.command('INFO', 'server'));
      const topic = uniqueName('t');
      await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
      const publish = (): Promise<unknown> => driver.append(records(topic, ['a']), { acks: 'all' });
      await publish();
      const asked = async (): Promise<string> => {
        const stats = await master.command('INFO', 'commandstats');
        return /config\|get:calls=\d+/.exec(stats)?.[0] ?? 'never';
      };
      const before = await asked();
      proxy.traffic.length = 0;
      await publish();
      // What is to be waited for is asked with the write, and no more than this server makes needful.
      if (service === 'valkey')
        expect(proxy.traffic.join(' ')).toMatch(/^EVALSHA INFO CONFIG <[ <]* WAITAOF/);
      if (!asks) expect(await asked()).toBe(before);
      const waits = async (): Promise<number> =>
        Number(/waitaof:calls=(\d+)/.exec(await master.command('INFO', 'commandstats'))?.[1] ?? 0);
      for (const [appendfsync, more] of [
        ['always', 1],
        ['everysec', 1],
        ['no', 0],
        ['always', 1],
      ] as const) {
        const before = await waits();
        await master.command('CONFIG', 'SET', 'appendfsync', appendfsync);
        await publish();
        expect((await waits()) - before).toBe(asks ? more : 0);
      }

      await using replica = await replicaOf(master, binary);
      // Until then its disk has nothing.
      await stubbornly(publish);
      // The append-only file is switched off while it is waited for, and on again.
      replica.pause();
      const switched = publish();
      await isWaiting(master);
      await master.command('CONFIG', 'SET', 'appendonly', 'no');
      replica.resume();
      await switched;
      await publish();
      await master.command('CONFIG', 'SET', 'appendonly', 'yes');
      await stubbornly(publish);
      // The replica goes while it is waited for.
      replica.pause();
      const left = expect(publish()).rejects.toMatchObject({ code: 'NOT_REPLICATED', retryable: true });
      await isWaiting(master);
      await replica.kill();
      await left;
      await waitFor('the master misses it', async () =>
        (await master.command('INFO', 'replication')).includes('connected_slaves:0'),
      );
      await publish();
      // The master is made a replica while it waits.
      await using successor = await replicaOf(master, binary);
      successor.pause();
      const demoted = expect(publish()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      await isWaiting(master);
      await master.command('REPLICAOF', '127.0.0.1', successor.port);
      await demoted;
      successor.resume();
    });
  });
}

async function replicaOf(master: RedisServer, binary: { readonly binary?: string }): Promise<RedisServer> {
  const replica = await startRedis({ ...binary, arguments: ['--replicaof', `127.0.0.1 ${master.port}`] });
  await waitFor('the replica is in sync', async () =>
    /slave0:.*state=online/.test(await master.command('INFO', 'replication')),
  );
  return replica;
}

async function isWaiting(master: RedisServer): Promise<void> {
  await waitFor('a publish waits', async () =>
    /blocked_clients:[1-9]/.test(await master.command('INFO', 'clients')),
  );
}

/**
 * A server that says it is Redis 8, where WAITAOF is waited for. That Valkey confirms it early changes nothing of how.
 * `traffic`: the commands of a write as they are sent, and `<` for what comes back.
 */
async function asRedis8(
  port: number,
): Promise<AsyncDisposable & { readonly url: string; readonly traffic: string[] }> {
  const sockets = new Set<Socket>();
  const traffic: string[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client.pipe(upstream);
    client.on('data', (sent) =>
      traffic.push(...(sent.toString('latin1').match(/EVALSHA|INFO|CONFIG|WAITAOF/g) ?? [])),
    );
    upstream.on('close', () => client.destroy());
    upstream.on('data', (reply) => {
      traffic.push('<');
      const text = reply.toString('latin1').replaceAll('valkey_version:', 'valkey-version:');
      client.write(text.replaceAll('redis_version:7', 'redis_version:8'), 'latin1');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
