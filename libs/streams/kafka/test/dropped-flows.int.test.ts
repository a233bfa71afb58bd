import { on, type Running, type Streams, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { freePorts, type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openKafka } from '../src/index.ts';
import { type LateProxy, startLateProxy } from './late-proxy.ts';
import { storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const patient = { timeout: 60_000, interval: 50 };

withKafka('flows that are dropped on the way, of which nobody is told', () => {
  let proxy: LateProxy;
  let server: KafkaServer;
  let kafka: Used;
  let streams: Streams;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startLateProxy(port);
    server = await startKafka({ port, advertisedPort: proxy.port });
    kafka = use(await openKafka(`kafka://127.0.0.1:${proxy.port}`));
    streams = createStreams(kafka.driver);
  });
  afterAll(async () => {
    await streams?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  async function moving(): Promise<{
    readonly running: Running;
    readonly input: string;
    readonly output: string;
  }> {
    const [input, output] = [await topicOf(kafka), await topicOf(kafka)];
    const running = await streams.run({
      group: `g-${input}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      leaseMs: 3_000,
      routes: [
        on(topicNamed<number>(input), ({ value }, context) => {
          context.send(topicNamed<number>(output), value);
        }),
      ],
    });
    return { running, input, output };
  }

  test('hold up neither members nor publishers for good, and lose nothing', async () => {
    const { running, input, output } = await moving();
    await streams.publish(topicNamed<number>(input), [0]);
    await running.caughtUp();
    proxy.drop(false);
    await streams.publish(topicNamed<number>(input), [1]);
    await vi.waitFor(async () => expect(await storedIn(kafka.driver, output)).toEqual(['0', '1']), patient);
    await running.caughtUp();
    await running.stop();
  });

  test('let a member stop and a connection close', async () => {
    const { running, input } = await moving();
    await streams.publish(topicNamed<number>(input), [0]);
    await running.caughtUp();
    const other = await openKafka(`kafka://127.0.0.1:${proxy.port}`);
    await other.append([], { acks: 'all' });
    proxy.drop(true);
    await expect(running.stop()).resolves.toBeUndefined();
    await expect(other[Symbol.asyncDispose]()).resolves.toBeUndefined();
    proxy.cut();
  });
});
