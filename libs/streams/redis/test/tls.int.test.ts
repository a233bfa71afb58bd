import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { freePorts, type RedisServer, requireService, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { fetchCount, firstLease, joinOptions, records, texts, uniqueName } from './support.ts';

const withRedis = requireService('redis');

withRedis('rediss:// with a user of an ACL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const trusted = getCACertificates('default');
  let server: RedisServer;
  let address = '';

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    server = await startRedis({
      arguments: [
        ...['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key],
        ...['--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'],
      ],
    });
    await server.command('ACL', 'SETUSER', 'app', 'on', '>p@ss', '~*', '&*', '+@all');
    await server.command('ACL', 'SETUSER', 'default', 'off');
    address = `127.0.0.1:${port}`;
  });
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
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
    setDefaultCACertificates([...trusted, readFileSync(certificate, 'utf8')]);
    await using driver = await openRedis(`rediss://app:p%40ss@${address}`);
    const [topic, group] = [uniqueName('t'), uniqueName('g')];
    await driver.admin.ensureTopics([{ name: topic, partitions: 1 }]);
    await using membership = await driver.join(group, joinOptions([topic]));
    const coming = fetchCount(await firstLease(membership), 1);
    await driver.append(records(topic, ['a']), { acks: 'all' });
    expect(texts(await coming)).toEqual(['a']);
  });
});
