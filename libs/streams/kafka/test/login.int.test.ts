import { type Notice, on, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { freePorts, type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { type LateProxy, startLateProxy } from './late-proxy.ts';
import { joinOptions, storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');
const security = 'org.apache.kafka.common.security';
/** So soon the broker wants another login on each connection. */
const sessionMs = 1_000;
const starts = 25;
const cuts = 100;
const saslHandshake = 17;
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

withKafka('a broker that asks for a login', () => {
  let server: KafkaServer;
  let proxy: LateProxy;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startLateProxy(port);
    const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
    server = await startKafka({
      port,
      advertisedPort: proxy.port,
      properties: {
        'connections.max.reauth.ms': String(sessionMs),
        'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'listener.name.plaintext.sasl.enabled.mechanisms': ['PLAIN', 'OAUTHBEARER', ...scram].join(),
        'listener.name.plaintext.plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_shop="s3cret";`,
        'listener.name.plaintext.oauthbearer.sasl.jaas.config': `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
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
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const url = (login: string, mechanism = 'plain'): string =>
    `kafka://${login}@127.0.0.1:${proxy.port}?sasl=${mechanism}`;

  test.each(mechanisms)('lets in who has one, by %s', async (mechanism) => {
    const kafka = use(await openKafka(url('shop:s3cret', mechanism)));
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    expect(await storedIn(kafka.driver, topic)).toEqual(['one']);
    await kafka.driver[Symbol.asyncDispose]();
  });

  test('lets in who has a token, and asks for another one with each login', async () => {
    let tokens = 0;
    const token = async (): Promise<string> => {
      tokens += 1;
      return unsecuredToken('shop');
    };
    const address = `kafka://127.0.0.1:${proxy.port}?sasl=oauthbearer`;
    await using driver = await openKafka(address, { token });
    const kafka = use(driver);
    const topic = await topicOf(kafka);
    const values: string[] = [];
    while (tokens < 5) {
      values.push(String(values.length));
      await kafka.append(topic, values.slice(-1));
    }
    expect(await storedIn(driver, topic)).toEqual(values);
    await expect(openKafka(address, { token: async () => 'nonsense' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  describe.each(['plain', 'scram-sha-256'])('by %s', (mechanism) => {
    test(`${starts} starts of four groups at once are all let in`, async () => {
      for (let start = 0; start < starts; start++) {
        await using driver = await openKafka(url('shop:s3cret', mechanism));
        const topic = await topicOf(use(driver));
        const joins = [1, 2, 3, 4].map((group) =>
          driver.join(`g-${topic}-${group}`, joinOptions(topic, 5_000)),
        );
        const members = await Promise.all(joins);
        await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
      }
    });

    test(`sessions that end and ${cuts} cuts lose nothing, end no group and refuse nobody`, async () => {
      await using driver = await openKafka(url('shop:s3cret', mechanism));
      const notices: Notice[] = [];
      driver.onNotice((notice) => notices.push(notice));
      const kafka = use(driver);
      const [input, output] = [await topicOf(kafka), await topicOf(kafka)];
      const streams = createStreams(driver);
      const numbers = topicNamed<number>(input);
      await using running = await streams.run({
        group: `g-${input}`,
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [
          on(numbers, ({ value }, context) => {
            context.send(topicNamed<number>(output), value);
          }),
        ],
      });
      const relogins = (): number => proxy.count(saslHandshake) - proxy.connections;
      const before = relogins();
      let published = 0;
      for (; published < cuts; published++) {
        proxy.cut();
        await streams.publish(numbers, [published]);
      }
      // What goes on without cuts sees its sessions end.
      while (relogins() - before < 20) {
        await streams.publish(numbers, [published]);
        published += 1;
      }
      await running.caughtUp();
      expect(running.state()).toBe('running');
      const expected = Array.from({ length: published }, (_, number) => String(number));
      expect(await storedIn(driver, input)).toEqual(expected);
      expect(await storedIn(driver, output)).toEqual(expected);
      expect(notices.filter(({ message }) => /UNAUTHORIZED|AUTHENTICATION|SASL/.test(message))).toEqual([]);
    });
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

/** A JSON web token that nobody signed (RFC 7515, appendix A.5); a broker of a test takes it. */
function unsecuredToken(sub: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub, iat: now, exp: now + 3_600 })}.`;
}
