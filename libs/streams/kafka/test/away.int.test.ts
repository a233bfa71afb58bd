import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Notice, on, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { freePorts, requireService, startKafka } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openKafka } from '../src/index.ts';
import { storedIn, topicOf, use } from './support.ts';

const withKafka = requireService('kafka');
const patient = { timeout: 120_000 };

withKafka('a broker that is away', () => {
  test('when a driver is opened is waited for, and what is waited for is said at once', patient, async () => {
    const [port = 0] = await freePorts(1);
    const said = Promise.withResolvers<Notice>();
    const opening = openKafka(`kafka://127.0.0.1:${port}`, {
      connectMs: 120_000,
      onNotice: said.resolve,
    });
    const notice = await said.promise;
    expect(notice.kind).toBe('retrying');
    expect(notice.message).toMatch(
      /no broker of kafka:.* serves yet; waiting \(0 s of 120 s\): .*ECONNREFUSED/,
    );
    await using _ = await startKafka({ port });
    await using driver = await opening;
    expect(await driver.admin.topics()).toEqual([]);
  });

  test('for longer than the patience of whoever opens is UNAVAILABLE', async () => {
    const [port = 0] = await freePorts(1);
    const opening = openKafka(`kafka://127.0.0.1:${port}`, { connectMs: 300 });
    await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('behind a port that hangs up is UNAVAILABLE that says what could not be opened', async () => {
    const [port = 0] = await freePorts(1);
    await using _ = await countConnections(port);
    await expect(openKafka(`kafka://127.0.0.1:${port}`, { connectMs: 300 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        `^Kafka: cannot open kafka://127.0.0.1:${port}: the connection to .* what forwards this port`,
      ),
    });
  });

  test('for a minute costs no busy loop, is said once, and nothing is lost', {
    timeout: 240_000,
  }, async () => {
    await using server = await startKafka();
    await using driver = await openKafka(server.url);
    const kafka = use(driver);
    const kinds: string[] = [];
    driver.onNotice(({ kind }) => kinds.push(kind));
    const [input, output] = [await topicOf(kafka, { partitions: 4 }), await topicOf(kafka)];
    const numbers = topicNamed<number>(input);
    const streams = createStreams(driver);
    const running = await streams.run({
      group: `g-${input}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      routes: [
        on(numbers, ({ value }, context) => {
          context.send(topicNamed<number>(output), value);
        }),
      ],
    });
    await streams.publish(numbers, [0, 1, 2, 3]);
    await running.caughtUp();

    await server.kill();
    const attempts = await countConnections(server.port);
    const minute = delay(60_000);
    await expect(kafka.append(input, ['4'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await minute;
    const { made } = attempts;
    await attempts[Symbol.asyncDispose]();
    // Each of four leases asks over three connections, each at most four times a second.
    expect(made()).toBeGreaterThan(10);
    expect(made()).toBeLessThan(4 * 3 * 4 * 60);
    expect(kinds.filter((kind) => kind === 'disconnected')).toHaveLength(1);

    await server.start();
    await kafka.append(input, ['4']);
    await running.caughtUp();
    await running.stop();
    expect((await storedIn(driver, output)).toSorted()).toEqual(['0', '1', '2', '3', '4']);
    expect(kinds).toContain('reconnected');
    await streams[Symbol.asyncDispose]();
  });
});

/** Stands where the broker was, and hangs up on everybody. */
async function countConnections(port: number): Promise<AsyncDisposable & { made: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    made: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
