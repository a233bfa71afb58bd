import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');

withKafka('kafka+ssl://', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-tls-'));
  const [keystore, certificate] = [join(folder, 'keystore.pem'), join(folder, 'certificate.pem')];
  const trusted = getCACertificates('default');
  let server: KafkaServer;
  let url: string;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
    execFileSync('openssl', [...request, '-keyout', keystore, '-out', certificate], { stdio: 'ignore' });
    appendFileSync(keystore, readFileSync(certificate));
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SSL,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.ssl.keystore.type': 'PEM',
        'listener.name.plaintext.ssl.keystore.location': keystore,
      },
    });
    url = server.url.replace('kafka:', 'kafka+ssl:');
  });
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await server?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses a broker for whose certificate nobody vouches, at once', async () => {
    await expect(openKafka(url)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(/certificate/),
    });
  });

  test('serves appends, reads and groups', async () => {
    setDefaultCACertificates([...trusted, readFileSync(certificate, 'utf8')]);
    const kafka = use(await openKafka(url));
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    expect(await storedIn(kafka.driver, topic)).toEqual(['one']);
    await using membership = await kafka.driver.join(`g-${topic}`, joinOptions(topic, 3_000));
    for await (const lease of membership) {
      expect(await lease.fetch(1, { signal: AbortSignal.timeout(20_000) })).toHaveLength(1);
      break;
    }
    await membership[Symbol.asyncDispose]();
    await kafka.driver[Symbol.asyncDispose]();
  });
});
