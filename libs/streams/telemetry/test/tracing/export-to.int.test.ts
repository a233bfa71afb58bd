import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topic } from '@millrace/streams';
import { openEmbedded } from '@millrace/streams-embedded';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportTo, startTracing } from '../../src/tracing/index.ts';

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Collector extends AsyncDisposable {
  readonly endpoint: string;
  readonly received: readonly Received[];
}

async function collect(status = 200): Promise<Collector> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    received.push({ url: request.url, headers: request.headers, body });
    response.writeHead(status).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const topicName = 'orders';
const orders = topic<string>(topicName, { key: (order) => order });

/** Publishes one by one, below no trace, and answers a request; both are traced until `tracing` is disposed of. */
async function work(endpoint: string, count: number): Promise<readonly string[]> {
  const problems: string[] = [];
  await using tracing = startTracing({
    service: 'test',
    sampler: 'always_on',
    ratio: 1,
    spans: exportTo(endpoint, { scheduleDelay: 60_000 }),
    onProblem: (problem) => problems.push(problem),
  });
  const file = join(await mkdtemp(join(tmpdir(), 'export-')), 'streams.db');
  await using streams = tracing.streams(await openEmbedded(file));
  await streams.admin.ensureTopics([{ name: topicName, partitions: 1 }]);
  for (let number = 0; number < count; number++) await streams.publish(orders, [`o${number}`]);
  tracing.request({ method: 'GET', headers: {} })?.end({ route: '/orders', status: 200 });
  return problems;
}

/** Names of spans stand in the requests as they are; no attribute has two words. */
function namesIn(received: readonly Received[]): string[] {
  return received.flatMap(({ body }) => body.toString('latin1').match(/GET \/orders|send orders/g) ?? []);
}

describe('spans that are exported', () => {
  beforeEach(() => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20top-secret,x-tenant=shop');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('reach the collector, all of them by the end, with the headers that the environment asks for', async () => {
    await using collector = await collect();
    expect(await work(collector.endpoint, 700)).toEqual([]);
    expect(namesIn(collector.received).toSorted()).toEqual([
      'GET /orders',
      ...Array.from({ length: 700 }, () => `send ${topicName}`),
    ]);
    for (const { url, headers } of collector.received) {
      expect(url).toBe('/v1/traces');
      expect(headers).toMatchObject({
        authorization: 'Bearer top-secret',
        'x-tenant': 'shop',
        'content-type': 'application/x-protobuf',
      });
    }
  });

  it('are dropped by a collector that refuses, which is said without what the headers hold', async () => {
    await using collector = await collect(401);
    const problems = await work(collector.endpoint, 1);
    expect(collector.received).toHaveLength(1);
    expect(problems.join('\n')).toContain('not taken: Unauthorized');
    expect(problems.join('\n')).not.toContain('secret');
  });
});
