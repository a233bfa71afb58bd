import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Acks, type Notice, on, topic as topicNamed } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import { freePorts, type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BrokerHealth } from '../src/client/broker-health.ts';
import { Cluster } from '../src/client/cluster.ts';
import { openKafka } from '../src/index.ts';
import { request } from '../src/wire/request.ts';
import { storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const mostConnections = 60;
const transactionAdmin = { DescribeProducers: 61, DescribeTransactions: 65, ListTransactions: 66 };
const record = (topic: string, value: string): Parameters<Used['driver']['append']>[0][number] => ({
  ...{ topic, partition: 0, key: null, value, headers: {}, timestamp: Date.now() },
});

withKafka('a broker that limits its clients', () => {
  let server: KafkaServer;
  let without: WithoutRequests;
  let kafka: Used;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    without = await startWithoutRequests(port, Object.values(transactionAdmin));
    server = await startKafka({
      port,
      properties: { 'max.connections.per.ip': String(mostConnections) },
    });
    kafka = use(await openKafka(server.url));
  });
  afterAll(async () => {
    await kafka.driver[Symbol.asyncDispose]();
    await without[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test('by connections is named with the settings that may be reached', async () => {
    const held: Socket[] = [];
    const isFull = Promise.withResolvers<void>();
    for (let count = 0; count < mostConnections; count++) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined).on('close', isFull.resolve);
      held.push(socket);
    }
    try {
      await isFull.promise;
      await expect(openKafka(server.url, { connectMs: 200 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('max.connections.per.ip'),
      });
    } finally {
      for (const socket of held) socket.destroy();
    }
    await using driver = await openKafka(server.url);
    expect(await driver.partitions(await topicOf(kafka))).toBe(1);
  });

  test('is told from a process that may open no more files', async () => {
    const program = fileURLToPath(new URL('without-files.ts', import.meta.url));
    const node = [process.execPath, '--conditions=@millrace/source', program, server.url];
    const { stdout } = await promisify(execFile)('bash', ['-c', 'ulimit -n 120; exec "$@"', 'bash', ...node]);
    const [told, opened] = stdout.split('\n');
    expect(told).toMatch(/as many files and connections open as it may \(EMFILE\).*ulimit/);
    expect(opened).toBe('kafka');
  });

  test('by a quota of bytes is waited for', async () => {
    const notices: Notice[] = [];
    const appendSlowly = async (acks: Acks): Promise<void> => {
      const client = `slow-${acks}`;
      await limitBytes(client, 100_000);
      await using driver = await openKafka(`${server.url}?client=${client}`);
      driver.onNotice((notice) => notices.push(notice));
      const topic = await topicOf(kafka);
      // The broker answers the first at once, and reads the second when the first would have fit into the quota.
      const values = [0, 1].map((number) => String(number).padEnd(2_400_000, '.'));
      for (const value of values) await driver.append([record(topic, value)], { acks });
      expect(await storedIn(kafka.driver, topic)).toEqual(values);
    };
    await Promise.all([appendSlowly('leader'), appendSlowly('all')]);
    expect(notices).toEqual([]);
  });

  test('and has no requests about transactions has groups all the same, and is not asked for them', async () => {
    await using driver = await openKafka(`kafka://127.0.0.1:${without.port}`);
    const streams = createStreams(driver);
    const [input, output] = [await topicOf(kafka, { partitions: 3 }), await topicOf(kafka)];
    await kafka.append(input, ['1', '2']);
    await using running = await streams.run({
      group: `g-${input}`,
      mode: 'partitioned',
      delivery: 'exactly-once',
      leaseMs: 5_000,
      routes: [
        on(topicNamed<number>(input), ({ value }, context) =>
          context.send(topicNamed<number>(output), value),
        ),
      ],
    });
    await running.caughtUp();
    expect(await storedIn(kafka.driver, output)).toEqual(['1', '2']);
    expect(without.refused).toBe(0);
    expect(without.hidden).toBeGreaterThan(0);
  });

  describe('and comes back at another address', () => {
    test('is found by publishers of every kind, by a group and by who describes it', async () => {
      const [port = 0] = await freePorts(1);
      const url = `kafka://127.0.0.1:${server.port},127.0.0.1:${port}`;
      await using driver = await openKafka(url);
      const streams = createStreams(driver);
      const [input, output] = [await topicOf(kafka), await topicOf(kafka)];
      const [numbers, doubled] = [topicNamed<number>(input), topicNamed<number>(output)];
      const group = `g-${input}`;
      await using running = await streams.run({
        group,
        mode: 'partitioned',
        delivery: 'exactly-once',
        leaseMs: 5_000,
        routes: [on(numbers, ({ value }, context) => context.send(doubled, value * 2))],
      });
      let next = 0;
      const publish = {
        ...Object.fromEntries(
          (['none', 'leader', 'all'] as readonly Acks[]).map((acks) => [
            acks,
            () => streams.publish(numbers, [next++], { acks }),
          ]),
        ),
        once: () => streams.publish(numbers, [next++], { once: { producer: `p-${input}`, sequence: next } }),
        together: () =>
          streams.publishTogether([{ topic: numbers as never, values: [next++] }], { atomic: true }),
      };
      for (const one of Object.values(publish)) await one();
      await running.caughtUp();
      await server.kill();
      const properties = join(server.folder, 'server.properties');
      const text = await readFile(properties, 'utf8');
      await writeFile(properties, text.replaceAll(`127.0.0.1:${server.port}`, `127.0.0.1:${port}`));
      await server.start();
      for (const one of Object.values(publish)) await vi.waitFor(() => one(), { timeout: 30_000 });
      await running.caughtUp();
      const stored = (await storedIn(driver, output)).map(Number);
      expect([...new Set(stored)].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: next }, (_, number) => 2 * number).filter((number) => stored.includes(number)),
      );
      expect(stored.length).toBeGreaterThanOrEqual(2 * Object.keys(publish).length);
      expect(await streams.admin.lag(group)).toBe(0);
    });
  });

  /** Lets clients of this name write so many bytes a second. */
  async function limitBytes(client: string, bytes: number): Promise<void> {
    const cluster = new Cluster(
      [{ host: '127.0.0.1', port: server.port }],
      { clientId: 'quotas' },
      new BrokerHealth(() => undefined),
    );
    const rate = Buffer.alloc(8);
    rate.writeDoubleBE(bytes);
    const alterClientQuotas = request(49, [1, 1], 'AlterClientQuotas', {
      flexible: true,
      write: (out) => {
        out.compactArray([client], (name) => {
          out.compactArray([name], () => out.compactString('client-id').compactString(name).noTags());
          out.compactArray(['producer_byte_rate'], (key) =>
            out.compactString(key).raw(rate).int8(0).noTags(),
          );
          out.noTags();
        });
        out.int8(0).noTags();
      },
      read: (reader) => {
        reader.int32();
        const [code] = reader.compactArray(() => reader.int16());
        return code;
      },
    });
    expect(await cluster.connections().any(alterClientQuotas)).toBe(0);
    cluster.close();
  }
});

/** Stands before a broker and keeps to itself that it knows some requests. */
interface WithoutRequests extends AsyncDisposable {
  readonly port: number;
  /** How often the list of what the broker knows was shortened. */
  readonly hidden: number;
  /** How many of the requests came all the same. */
  readonly refused: number;
}

async function startWithoutRequests(serverPort: number, keys: readonly number[]): Promise<WithoutRequests> {
  const apiVersions = 18;
  const sockets = new Set<Socket>();
  let [hidden, refused] = [0, 0];
  const proxy = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          client.destroy();
          upstream.destroy();
        });
    }
    const asked = new Map<number, number>();
    client.on(
      'data',
      framesTo((frame) => {
        const key = frame.readInt16BE(4);
        asked.set(frame.readInt32BE(8), key);
        if (keys.includes(key)) refused += 1;
        upstream.write(frame);
      }),
    );
    upstream.on(
      'data',
      framesTo((frame) => {
        const isList = asked.get(frame.readInt32BE(4)) === apiVersions;
        if (isList) hidden += 1;
        // The brokers are found here too.
        client.write(isList ? shortened(frame, keys) : readdressed(frame, serverPort, portOf()));
      }),
    );
  }).listen(0, '127.0.0.1');
  const portOf = (): number => (proxy.address() as AddressInfo).port;
  await once(proxy, 'listening');
  return {
    port: portOf(),
    get hidden() {
      return hidden;
    },
    get refused() {
      return refused;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

function framesTo(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let received: Buffer = Buffer.alloc(0);
  return (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const frame = received.subarray(0, 4 + received.readInt32BE(0));
      received = received.subarray(frame.length);
      take(frame);
    }
  };
}

/** ApiVersions, version 0: behind length, number and code come a count and, for each request, key, oldest and newest version. */
function shortened(frame: Buffer, keys: readonly number[]): Buffer {
  const [head, entry] = [14, 6];
  const count = frame.readInt32BE(10);
  const kept = Array.from({ length: count }, (_, index) =>
    frame.subarray(head + index * entry, head + (index + 1) * entry),
  ).filter((each) => !keys.includes(each.readInt16BE(0)));
  const short = Buffer.concat([frame.subarray(0, head), ...kept]);
  short.writeInt32BE(short.length - 4, 0);
  short.writeInt32BE(kept.length, 10);
  return short;
}

/** The broker's address where an answer holds it: a host of nine letters and a port. */
function readdressed(frame: Buffer, from: number, to: number): Buffer {
  const address = (port: number): Buffer => {
    const bytes = Buffer.alloc(13, '127.0.0.1');
    bytes.writeInt32BE(port, 9);
    return bytes;
  };
  const at = frame.indexOf(address(from));
  if (at >= 0) address(to).copy(frame, at);
  return frame;
}
