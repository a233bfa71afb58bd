import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openRedis, openRedisClient } from '../src/index.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { startSentinel } from './one-sentinel.ts';
import { records, stored, uniqueName } from './support.ts';

const withRedis = requireService('redis');
/** Far longer than a test may take: what is wrong for good is said at once. */
const options = { connectMs: 600_000 };

vi.setConfig({ testTimeout: 20_000 });

withRedis('an address', () => {
  const certificate: Certificate = makeCertificate('IP:127.0.0.1');
  const stack = new AsyncDisposableStack();
  const ports = { single: 0, tls: 0, cluster: 0, sentinel: 0, web: 0 };
  let server: RedisServer;

  beforeAll(async () => {
    const [tls = 0, sentinel = 0, bus = 0] = await freePorts(3);
    server = stack.use(await startRedis({ arguments: certificate.serverArguments(tls) }));
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(bus)];
    const node = stack.use(await startRedis({ arguments: cluster }));
    const lines = [`port ${sentinel}`, `sentinel monitor shop 127.0.0.1 ${server.port} 1`];
    stack.use(await startSentinel(sentinel, lines));
    const web = createHttpServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    stack.defer(() => void web.close());
    await once(web, 'listening');
    const { port } = web.address() as AddressInfo;
    Object.assign(ports, { single: server.port, tls, cluster: node.port, sentinel, web: port });
  });
  afterAll(async () => {
    certificate[Symbol.dispose]();
    await stack.disposeAsync();
  });

  test.each([
    ['redis', 'cluster', '', /node of a Cluster; write redis\+cluster:/],
    ['redis', 'sentinel', '', /is a Sentinel; write redis\+sentinel:/],
    ['redis+cluster', 'sentinel', '', /is a Sentinel; write redis\+sentinel:/],
    ['redis+cluster', 'single', '', /server without Cluster; write redis:/],
    ['redis+sentinel', 'single', '/shop', /no Sentinel but a server; write redis:/],
    ['redis+sentinel', 'sentinel', '/other', /knows no master called "other"/],
    ['rediss', 'single', '', /does not speak TLS; write redis:/],
    ['redis', 'tls', '', /speaks TLS; write rediss:/],
    ['redis', 'web', '', /is no Redis server/],
    ['rediss', 'web', '', /does not speak TLS/],
  ] as const)('%s:// of a %s port%s is refused in one sentence', async (scheme, kind, path, reason) => {
    const opening = openRedis(`${scheme}://user:secret@127.0.0.1:${ports[kind]}${path}`, options);
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', retryable: false });
    await expect(opening).rejects.toThrow(reason);
    await expect(opening).rejects.not.toThrow(/secret/);
  });

  test('with a database that the server has not got is refused, and nothing lands in another one', async () => {
    const opening = openRedis(`${server.url}/99`, options);
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(opening).rejects.toThrow(/DB index is out of range/);
    await using driver = await openRedis(`${server.url}/3`);
    const topic = uniqueName('t');
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await driver.append(records(topic, ['a']), { acks: 'all' });
    expect(await stored(driver, topic)).toEqual(['a']);
    expect(await server.command('INFO', 'keyspace')).toMatch(/db3:keys=/);
    expect(await server.command('INFO', 'keyspace')).not.toMatch(/db0:/);
  });

  test.each(['single', 'sentinel'] as const)(
    'of a %s port serves the client below the library too, with the password of a file as it stands',
    async (kind) => {
      const folder = mkdtempSync(join(tmpdir(), 'redis-password-'));
      using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
      const file = join(folder, 'password');
      writeFileSync(file, ' with spaces \n');
      const user = uniqueName('user');
      await server.command('ACL', 'SETUSER', user, 'on', '> with spaces ', '~*', '&*', '+@all');
      const [scheme, path] = kind === 'single' ? ['redis', '/2'] : ['redis+sentinel', '/shop/2'];
      const url = `${scheme}://${user}@127.0.0.1:${ports[kind]}${path}?passwordFile=${encodeURIComponent(file)}`;
      await using driver = await openRedis(url);
      const name = uniqueName('t');
      await driver.admin.ensureTopics([{ name, partitions: 1 }]);
      const client = await openRedisClient(url);
      const found = await client.call('HGETALL', 'millrace:topics').finally(() => client.disconnect());
      expect(String(found)).toContain(name);
    },
  );

  test('with a database that the server has not got lets the client below the library write nothing', async () => {
    const client = await openRedisClient(`${server.url}/99`);
    const key = uniqueName('k');
    await expect(client.set(key, '1')).rejects.toThrow();
    client.disconnect();
    expect(await server.command('EXISTS', key)).toMatch(/^:0/);
  });

  test.each(['a file', 'a function'])(
    'with a password from %s that is rotated while it is open',
    async (from) => {
      const folder = mkdtempSync(join(tmpdir(), 'redis-password-'));
      using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
      const file = join(folder, 'password');
      let password = 'old';
      const rotateTo = (next: string): void => {
        password = next;
        writeFileSync(file, `${next}\n`);
      };
      rotateTo('old');
      const user = uniqueName('user');
      await server.command('ACL', 'SETUSER', user, 'on', '>old', '~*', '&*', '+@all');
      const url = `redis://${user}@127.0.0.1:${server.port}`;
      await using driver =
        from === 'a file'
          ? await openRedis(`${url}?passwordFile=${encodeURIComponent(file)}`)
          : await openRedis(url, { password: async () => password });
      const topic = uniqueName('t');
      await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
      await driver.append(records(topic, ['a']), { acks: 'leader' });
      await server.command('ACL', 'SETUSER', user, 'resetpass', '>new');
      rotateTo('new');
      await server.command('CLIENT', 'KILL', 'USER', user);
      const append = (): Promise<unknown> => driver.append(records(topic, ['b']), { acks: 'leader' });
      await vi.waitFor(append, { timeout: 20_000, interval: 20 });
      await vi.waitFor(() => driver.admin.describe(topic), { timeout: 20_000, interval: 20 });
      expect((await stored(driver, topic)).slice(0, 2)).toEqual(['a', 'b']);
    },
  );

  test('with a password that nobody asks for is refused at once', async () => {
    const opening = openRedis(`redis://:secret@127.0.0.1:${ports.single}`, options);
    await expect(opening).rejects.toThrow(/asks for no password; leave it out/);
    await expect(opening).rejects.not.toThrow(/secret/);
  });

  test('of a server whose INFO is disabled is refused at once', async () => {
    await using other = await startRedis({ arguments: ['--rename-command', 'INFO', ''] });
    const opening = openRedis(other.url, options);
    await expect(opening).rejects.toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    await expect(opening).rejects.toThrow(/does not know the command INFO/);
  });

  test('with a password file that is not there is refused, with its name', async () => {
    const opening = openRedis(`${server.url}?passwordFile=/nowhere/password`, options);
    await expect(opening).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(opening).rejects.toThrow('/nowhere/password');
  });
});
