import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');
const module = 'org.apache.kafka.common.security.plain.PlainLoginModule';

withKafka('a broker that asks for a login', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': `${module} required user_shop="s3cret";`,
      },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const url = (login: string, mechanism = 'plain'): string =>
    `kafka://${login}@127.0.0.1:${server.port}?sasl=${mechanism}`;

  test('lets in who has one', async () => {
    const kafka = use(await openKafka(url('shop:s3cret')));
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    expect(await storedIn(kafka.driver, topic)).toEqual(['one']);
    await kafka.driver[Symbol.asyncDispose]();
  });

  test.each([
    ['another password', 'shop:wr0ng', 'plain'],
    ['a mechanism that it does not have', 'shop:s3cret', 'scram-sha-512'],
  ])('refuses %s at once, and the error does not show it', async (_, login, mechanism) => {
    const began = performance.now();
    const error: unknown = await openKafka(url(login, mechanism)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(String(error)).not.toMatch(/wr0ng|s3cret/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
