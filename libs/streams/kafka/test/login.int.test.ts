import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');
const security = 'org.apache.kafka.common.security';
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

withKafka('a broker that asks for a login', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
    server = await startKafka({
      properties: {
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': ['PLAIN', ...scram].join(),
        'listener.name.plaintext.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_shop="s3cret";`,
        ...Object.fromEntries(
          scram.map((name) => [
            `listener.name.plaintext.${name.toLowerCase()}.sasl.jaas.config`,
            `${security}.scram.ScramLoginModule required;`,
          ]),
        ),
      },
      formatting: scram.flatMap((name) => ['--add-scram', `${name}=[name=shop,password=s3cret]`]),
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const url = (login: string, mechanism = 'plain'): string =>
    `kafka://${login}@127.0.0.1:${server.port}?sasl=${mechanism}`;

  test.each(mechanisms)('lets in who has one, by %s', async (mechanism) => {
    const kafka = use(await openKafka(url('shop:s3cret', mechanism)));
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    expect(await storedIn(kafka.driver, topic)).toEqual(['one']);
    await kafka.driver[Symbol.asyncDispose]();
  });

  test.each([
    ['another password', 'shop:wr0ng', 'plain'],
    ['another password', 'shop:wr0ng', 'scram-sha-512'],
    ['another user', 'other:s3cret', 'scram-sha-256'],
  ])('refuses %s at once, and the error does not show it', async (_, login, mechanism) => {
    const began = performance.now();
    const error: unknown = await openKafka(url(login, mechanism)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(String(error)).not.toMatch(/wr0ng|s3cret/);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
