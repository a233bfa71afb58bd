import { randomUUID } from 'node:crypto';
import { createStreams, type Notice, on, topic as topicNamed } from '@millrace/streams';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { joinOptions, storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');

withKafka('a broker that allows no session shorter than 6 s, and no transaction longer than 20 s', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka({
      properties: { 'group.min.session.timeout.ms': '6000', 'transaction.max.timeout.ms': '20000' },
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('has groups of members that ask for less, and a notice says when they are given up', async () => {
    await using driver = await openKafka(server.url);
    const notices: Notice[] = [];
    driver.onNotice((notice) => void notices.push(notice));
    const kafka = use(driver);
    const topic = await topicOf(kafka);
    await kafka.append(topic, ['one']);
    await using membership = await driver.join(`g-${randomUUID()}`, joinOptions(topic, 3_000));
    for await (const lease of membership) {
      const [delivery] = await lease.fetch(1, { signal: AbortSignal.timeout(20_000) });
      expect(Buffer.from(delivery?.value ?? []).toString()).toBe('one');
      await lease[Symbol.asyncDispose]();
      break;
    }
    expect(notices.map(({ details }) => details)).toContainEqual(
      expect.objectContaining({ leaseMs: 3_000, sessionMs: 6_000 }),
    );
  });

  test('has groups of exactly-once steps, whose transactions end as early as it wants', async () => {
    await using driver = await openKafka(server.url);
    const kafka = use(driver);
    const [input, output] = [await topicOf(kafka), await topicOf(kafka)];
    await kafka.append(input, ['1', '2']);
    const streams = createStreams(driver);
    await using running = await streams.run({
      group: `g-${input}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      leaseMs: 6_000,
      routes: [
        on(topicNamed<number>(input), ({ value }, context) => {
          context.send(topicNamed<number>(output), value);
        }),
      ],
    });
    await running.caughtUp();
    expect(await storedIn(driver, output)).toEqual(['1', '2']);
  });
});
