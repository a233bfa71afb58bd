import { on, openStreams, type Streams, topic } from '@millrace/streams';
import { freePorts, type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { makeCertificate } from './certificate.ts';
import { startSentinel } from './one-sentinel.ts';
import { fetchCount, firstLease, joinOptions, records, texts, uniqueName } from './support.ts';

const withRedis = requireService('redis');

withRedis('rediss:// with a user of an ACL', () => {
  const certificate = makeCertificate('IP:127.0.0.1,DNS:localhost');
  let server: RedisServer;
  let address = '';

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    server = await startRedis({ arguments: certificate.serverArguments(port) });
    await server.command('ACL', 'SETUSER', 'app', 'on', '>p@ss', '~*', '&*', '+@all');
    await server.command('ACL', 'SETUSER', 'default', 'off');
    address = `127.0.0.1:${port}`;
  });
  afterAll(async () => {
    certificate[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });

  test('refuses a server whose certificate nobody vouches for', async () => {
    const opening = openRedis(`rediss://app:p%40ss@${address}`, { connectMs: 1_000 });
    await expect(opening).rejects.toMatchObject({ name: 'StreamsError' });
    await expect(opening).rejects.not.toThrow(/p@ss|p%40ss/);
  });

  test('refuses it whenever an opening gives up, and what the server answers then ends no process', async () => {
    for (let deadline = 1; deadline <= 100; deadline += 10) {
      const openings = Array.from({ length: 10 }, (_, index) =>
        openRedis(`rediss://app:p%40ss@${address}`, { connectMs: deadline + index }),
      );
      const outcomes = (await Promise.allSettled(openings)).map(({ status }) => status);
      expect(outcomes).toEqual(openings.map(() => 'rejected'));
    }
  });

  test('serves a group, blocking reads and groupChanges included', async () => {
    certificate.trust();
    await using driver = await openRedis(`rediss://app:p%40ss@${address}`);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await using membership = await driver.join(group, joinOptions([topic]));
    const coming = fetchCount(await firstLease(membership), 1);
    await driver.append(records(topic, ['a']), { acks: 'all' });
    expect(texts(await coming)).toEqual(['a']);
  });

  test('serves a Cluster whose certificate names its nodes, through the front door', async () => {
    certificate.trust();
    const [tlsPort = 0, bus = 0] = await freePorts(2);
    await using node = await startRedis({
      arguments: [
        ...certificate.serverArguments(tlsPort),
        ...['--cluster-enabled', 'yes', '--tls-cluster', 'yes', '--cluster-port', String(bus)],
        ...['--cluster-announce-hostname', 'localhost', '--cluster-preferred-endpoint-type', 'hostname'],
      ],
    });
    await node.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await expect
      .poll(() => node.command('CLUSTER', 'INFO'), { timeout: 20_000 })
      .toContain('cluster_state:ok');
    await using streams = await openStreams(`rediss+cluster://localhost:${tlsPort}`);
    expect(await moveOne(streams)).toEqual([1]);
  });

  test('serves a master that a Sentinel with a user of its own names by TLS', async () => {
    certificate.trust();
    const [tlsPort = 0, sentinelPort = 0] = await freePorts(2);
    await using master = await startRedis({ arguments: certificate.serverArguments(tlsPort) });
    await using _ = await startSentinel(sentinelPort, [
      'port 0',
      ...configLines(certificate.serverArguments(sentinelPort)),
      'tls-replication yes',
      'user default off',
      'user watcher on >p+w/= ~* &* +@all',
      `sentinel monitor shop 127.0.0.1 ${tlsPort} 1`,
    ]);
    expect(await master.command('PING')).toBe('+PONG\r\n');
    const url = `rediss+sentinel://127.0.0.1:${sentinelPort}/shop?sentinelUsername=watcher`;
    await using streams = await openStreams(`${url}&sentinelPassword=p+w%2F=`);
    expect(await moveOne(streams)).toEqual([1]);
  });
});

/** Moves a record through a group, with state in one step. */
async function moveOne(streams: Streams): Promise<number[]> {
  const [input, output] = [topic<number>('in'), topic<number>('out')];
  await streams.admin.ensureTopics([input.name, output.name].map((name) => ({ name, partitions: 1 })));
  const move = on(input, ({ value }, context) => void context.send(output, value));
  const options = { group: 'g', mode: 'partitioned', delivery: 'exactly-once', routes: [move] } as const;
  await using running = await streams.run(options);
  await streams.publish(input, [1]);
  await running.caughtUp();
  const moved: number[] = [];
  for await (const { value } of streams.read(output, { to: 'now' })) moved.push(value);
  return moved;
}

/** A server's arguments as lines of its configuration. */
function configLines(serverArguments: readonly string[]): string[] {
  return serverArguments.flatMap((name, index) =>
    name.startsWith('--') ? [`${name.slice(2)} ${serverArguments[index + 1]}`] : [],
  );
}
