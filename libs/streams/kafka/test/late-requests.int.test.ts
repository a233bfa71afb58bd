import type { NewRecord } from '@millrace/streams';
import { freePorts, type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BrokerHealth } from '../src/client/broker-health.ts';
import { Cluster } from '../src/client/cluster.ts';
import type { Connections } from '../src/client/connections.ts';
import { fetchCommitted } from '../src/group/committed-offsets.ts';
import { openKafka } from '../src/index.ts';
import { TransactionalProducer } from '../src/producer/transactional-producer.ts';
import { compressionOf } from '../src/wire/compression.ts';
import { type LateProxy, startLateProxy } from './late-proxy.ts';
import { joinOptions, storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const rounds = 200;
const kinds = {
  Produce: 0,
  OffsetCommit: 8,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  TxnOffsetCommit: 28,
};
const held = ['EndTxn', 'TxnOffsetCommit', 'AddOffsetsToTxn', 'AddPartitionsToTxn'] as const;
const moments = ['Produce', 'TxnOffsetCommit', 'EndTxn'] as const;

withKafka('a request that reaches the broker late', () => {
  let proxy: LateProxy;
  let server: KafkaServer;
  let kafka: Used;
  let cluster: Cluster;
  let connections: Connections;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    proxy = await startLateProxy(port);
    server = await startKafka({ port, advertisedPort: proxy.port });
    kafka = use(await openKafka(`kafka://127.0.0.1:${proxy.port}`));
    const silent = new BrokerHealth(() => undefined);
    cluster = new Cluster([{ host: '127.0.0.1', port: proxy.port }], { clientId: 'late' }, silent);
    connections = cluster.connections();
    await connections.metadata([]);
  });
  afterAll(async () => {
    connections?.close();
    await kafka?.driver[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  test(`of one transaction, in the next: tears, loses and moves back nothing, ${rounds} times`, async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    const compression = compressionOf('none');
    if (!compression) throw new Error('no codec');
    const options = { transactionalId: `id-${topic}`, timeoutMs: 60_000, compression };
    const producer = new TransactionalProducer(cluster, connections, options);
    await producer.open();
    let settled = 0;
    const commit = async (): Promise<void> => {
      const value = String(settled);
      settled += 1;
      await producer.commit({
        records: [recordOf(topic, value)],
        group,
        offsets: [{ topic, partition: 0, offset: settled, metadata: '' }],
      });
    };
    const expected = (): string[] => Array.from({ length: settled }, (_, number) => String(number));
    for (let round = 0; round < rounds; round++) {
      const late = held[round % held.length] ?? 'EndTxn';
      const moment = moments[Math.floor(round / held.length) % moments.length] ?? 'EndTxn';
      proxy.hold(kinds[late]);
      await commit();
      proxy.releaseBefore(kinds[moment]);
      await commit();
      const committed = await fetchCommitted(connections, group, null, true);
      expect(committed.get(`${topic}:0`)?.offset, `${late} before ${moment}`).toBe(settled);
    }
    expect(proxy.late).toBe(rounds);
    expect(await storedIn(kafka.driver, topic)).toEqual(expected());
  });

  test.each(['atomic', 'positions'] as const)(
    'of one commit of a lease, behind the next: moves nothing back (%s)',
    async (commitKind) => {
      const [topic, output] = [await topicOf(kafka), await topicOf(kafka)];
      const group = `g-${topic}`;
      const numbers = Array.from({ length: 40 }, (_, number) => String(number));
      await kafka.append(topic, numbers);
      await using membership = await kafka.driver.join(group, { ...joinOptions(topic, 5_000), commitKind });
      for await (const lease of membership) {
        for (let number = 0; number < numbers.length; number++) {
          const acknowledged = await lease.fetch(1, { signal: AbortSignal.timeout(20_000) });
          const late = number % 2 === 0;
          if (late) proxy.hold(kinds.OffsetCommit);
          const sends = !late && commitKind === 'atomic';
          const outputs = sends ? [{ ...recordOf(output, String(number)) }] : [];
          await lease.commit({ acknowledged, outputs, state: [], dedupeIds: [] });
          if (late) continue;
          await proxy.release();
          const committed = await fetchCommitted(connections, group, null, true);
          expect(committed.get(`${topic}:0`)?.offset).toBe(number + 1);
        }
        break;
      }
    },
  );
});

function recordOf(topic: string, value: string): NewRecord {
  return { topic, partition: 0, key: null, value, headers: {}, timestamp: Date.now() };
}
