import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Delivery, StreamsError } from '@millrace/streams';
import type { Lease, Membership } from '@millrace/streams/driver';
import { type KafkaServer, requireService, startKafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BrokerHealth } from '../src/client/broker-health.ts';
import { Cluster } from '../src/client/cluster.ts';
import type { Connections } from '../src/client/connections.ts';
import { commitOffsets } from '../src/group/committed-offsets.ts';
import { openKafka } from '../src/index.ts';
import { writeMissingMarkersIn } from '../src/producer/missing-markers.ts';
import { sendRound } from '../src/producer/send-round.ts';
import { Sequences } from '../src/producer/sequences.ts';
import { TransactionalProducer } from '../src/producer/transactional-producer.ts';
import { encodeBatch } from '../src/wire/batch-encoder.ts';
import { type Compression, compressionOf } from '../src/wire/compression.ts';
import { describeGroupsRequest, leaveGroupRequest } from '../src/wire/groups.ts';
import type { Request } from '../src/wire/request.ts';
import {
  addPartitionsRequest,
  endTransactionRequest,
  initProducerIdRequest,
  type NamedProducer,
  type ProducerIdentity,
} from '../src/wire/transactions.ts';
import { joinOptions, storedIn, topicOf, type Used, use } from './support.ts';

const withKafka = requireService('kafka');
const leaseMs = 5_000;
const holder = fileURLToPath(new URL('hold-lease.ts', import.meta.url));

withKafka('zombies on Kafka', () => {
  let server: KafkaServer;
  let kafka: Used;
  let cluster: Cluster;
  let connections: Connections;
  beforeAll(async () => {
    // Takes records of a transaction also for partitions of which its coordinator has not been told, as Kafka did before 3.6.
    server = await startKafka({ properties: { 'transaction.partition.verification.enable': 'false' } });
    kafka = use(await openKafka(server.url));
    const settings = { clientId: 'zombies' };
    const silent = new BrokerHealth(() => undefined);
    cluster = new Cluster([{ host: '127.0.0.1', port: server.port }], settings, silent);
    connections = cluster.connections();
    await connections.metadata([]);
  });
  afterAll(async () => {
    connections?.close();
    await kafka?.driver[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const producer = (transactionalId: string, over = connections): TransactionalProducer => {
    const compression = compressionOf('none');
    if (!compression) throw new Error('no codec');
    return new TransactionalProducer(cluster, over, {
      transactionalId,
      timeoutMs: 60_000,
      compression,
    });
  };
  const transaction = (topic: string, value: string): Parameters<TransactionalProducer['commit']>[0] => ({
    records: [{ topic, partition: 0, key: null, value, headers: {}, timestamp: Date.now() }],
    group: `g-${topic}`,
    offsets: [{ topic, partition: 0, offset: 1, metadata: '' }],
  });

  test('a transactional producer whose id another one took is fenced, and nothing of it is visible', async () => {
    const topic = await topicOf(kafka);
    const [zombie, successor] = [producer(`id-${topic}`), producer(`id-${topic}`)];
    await zombie.open();
    await zombie.commit(transaction(topic, 'before'));
    await successor.open();
    await expect(zombie.commit(transaction(topic, 'zombie'))).rejects.toMatchObject({
      type: expect.stringMatching(/FENCED|INVALID_PRODUCER_EPOCH/),
    });
    await successor.commit(transaction(topic, 'after'));
    expect(await storedIn(kafka.driver, topic)).toEqual(['before', 'after']);
  });

  test('a transaction that begins while a successor looks for unfinished ones is ended by nobody but the coordinator', async () => {
    const topic = await topicOf(kafka);
    const id = `id-${topic}`;
    const zombies = cluster.connections();
    const held = holdEnds(zombies);
    const zombie = producer(id, zombies);
    await zombie.open();
    await zombie.commit(transaction(topic, 'before'));

    const successors = cluster.connections();
    const ask = successors.metadata.bind(successors);
    let late: Promise<unknown> | undefined;
    vi.spyOn(successors, 'metadata').mockImplementation(async (topics) => {
      const answer = await ask(topics);
      if (topics === null) {
        late = expect(zombie.commit(transaction(topic, 'zombie'))).rejects.toMatchObject({
          type: expect.stringMatching(/FENCED|INVALID_PRODUCER_EPOCH/),
        });
        await held.reached;
      }
      return answer;
    });
    const successor = producer(id, successors);
    await successor.open();
    await successor.commit(transaction(topic, 'after'));
    held.letGo();
    await late;

    expect(late).toBeDefined();
    expect(await storedIn(kafka.driver, topic)).toEqual(['before', 'after']);
    for (const each of [zombies, successors]) each.close();
  });

  test('a member that was expelled commits nothing any more, joins again by itself and goes on', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['one', 'two']);
    const streams = await kafka.driver.join(group, joinOptions(topic, leaseMs));
    const leases = streams[Symbol.asyncIterator]();
    const gained = async (): Promise<Lease> => {
      const { value } = await leases.next();
      if (!value) throw new StreamsError('CLOSED', 'no lease came');
      return value;
    };
    const first = await gained();
    const settled = await first.fetch(1, { signal: AbortSignal.timeout(20_000) });
    await expel(group);
    const step = { acknowledged: settled, outputs: [], state: [], dedupeIds: [] };
    await expect(first.commit(step)).rejects.toMatchObject({ code: 'FENCED' });
    const again = await gained();
    expect(again.epoch).toBeGreaterThan(first.epoch);
    const records = await again.fetch(1, { signal: AbortSignal.timeout(20_000) });
    expect(records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(['one']);
    await streams[Symbol.asyncDispose]();
  });

  test('a lease that its member lost and got again costs no attempt, and is as careful as before with what an owner that died had', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['a', 'b', 'c', 'd']);
    const child = fork(holder, [server.url, topic, group, String(leaseMs)], {
      execArgv: ['--conditions=@millrace/source', '--disable-warning=ExperimentalWarning'],
    });
    await once(child, 'message');
    child.kill('SIGKILL');
    await expel(group);
    const membership = await kafka.driver.join(group, joinOptions(topic, leaseMs));
    const leases = membership[Symbol.asyncIterator]();
    const next = async (): Promise<Lease> => (await leases.next()).value as Lease;

    expect(textsOf(await (await next()).fetch(4, soon()))).toEqual(['a 2']);
    await expel(group);
    const second = await next();
    expect(textsOf(await second.fetch(4, soon()))).toEqual(['a 2']);
    await expel(group);
    const third = await next();
    const again = await third.fetch(4, soon());
    expect(textsOf(again), 'in hand longest twice in a row').toEqual(['a 3']);
    await third.commit({ acknowledged: again, outputs: [], state: [], dedupeIds: [] });
    expect(textsOf(await third.fetch(4, soon()))).toEqual(['b 2']);
    await membership[Symbol.asyncDispose]();

    await using successor = await kafka.driver.join(group, joinOptions(topic, leaseMs));
    const lease = await firstOf(successor);
    const given = await lease.fetch(4, soon());
    expect(textsOf(given), 'given back before it was attempted').toEqual(['b 2']);
    await lease.commit({ acknowledged: given, outputs: [], state: [], dedupeIds: [] });
    expect(textsOf(await lease.fetch(4, soon()))).toEqual(['c 2']);
  });

  test('a lease that runs out again and again counts an attempt only of what is in hand longest twice in a row', async () => {
    const topic = await topicOf(kafka);
    const group = `g-${topic}`;
    await kafka.append(topic, ['a', 'b', 'c']);
    await using membership = await kafka.driver.join(group, joinOptions(topic, leaseMs));
    const leases = membership[Symbol.asyncIterator]();
    const next = async (): Promise<Lease> => (await leases.next()).value as Lease;

    for (const expected of ['a 1', 'a 1', 'a 2']) {
      const lease = await next();
      const records = await fetchAll(lease, 3);
      expect(textsOf(records)).toEqual([expected, 'b 1', 'c 1']);
      if (expected === 'a 2')
        await lease.commit({ acknowledged: records.slice(0, 1), outputs: [], state: [], dedupeIds: [] });
      await expel(group);
    }
    expect(textsOf(await fetchAll(await next(), 2))).toEqual(['b 1', 'c 1']);
  });

  describe('a transaction of which a partition never got the end', () => {
    /** Sends a transaction of two topics and ends it in the first alone, as a broker may that is killed meanwhile. */
    async function hang(
      named: NamedProducer,
      {
        ended,
        left,
        value,
        commit,
      }: Record<'ended' | 'left' | 'value', string> & { readonly commit: boolean },
    ): Promise<void> {
      const ask = async (request: Request<number | readonly number[]>): Promise<void> => {
        await connections.atCoordinator('transaction', named.transactionalId, request, (codes) =>
          [codes].flat().reduce<number>((first, code) => first || code, 0),
        );
      };
      await vi.waitFor(
        () =>
          connections.atCoordinator(
            'transaction',
            named.transactionalId,
            addPartitionsRequest(named, [{ topic: ended, partition: 0 }]),
            ([added]) => added?.errorCode ?? 0,
          ),
        10_000,
      );
      const compression = compressionOf('none') as Compression;
      for (const topic of [ended, left]) {
        const sequence = sequences.next(`${named.id}-${named.epoch}-${topic}`, 0);
        const writer = { ...named, sequence, transactional: true };
        const record = { key: null, value, headers: {}, timestamp: Date.now() };
        const batch = { topic, partition: 0, batch: await encodeBatch([record], compression, writer) };
        const { transactionalId } = named;
        const [outcome] = await sendRound(connections, [batch], {
          acks: -1,
          timeoutMs: 5_000,
          transactionalId,
        });
        expect(outcome?.error).toBeUndefined();
        sequences.advance(`${named.id}-${named.epoch}-${topic}`, 0, 1);
      }
      await ask(endTransactionRequest(named, commit));
    }
    const sequences = new Sequences();
    const name = async (transactionalId: string, own?: ProducerIdentity): Promise<NamedProducer> => {
      const request = initProducerIdRequest(transactionalId, 60_000, own);
      const found = await vi.waitFor(
        () =>
          connections.atCoordinator('transaction', transactionalId, request, ({ errorCode }) => errorCode),
        10_000,
      );
      return { ...found, transactionalId };
    };
    /** The group whose positions the producer of this name commits. */
    const belongsToUs = async (group: string, topic: string): Promise<void> => {
      const metadata = JSON.stringify({ from: 0, topic: 'an-id' });
      await vi.waitFor(
        () => commitOffsets(connections, group, [{ topic, partition: 0, offset: 0, metadata }]),
        10_000,
      );
    };
    const heal = (topic: string): Promise<boolean> =>
      writeMissingMarkersIn(cluster, connections, { topic, partition: 0 });

    test.each([
      ['another program, which goes on in its epoch', false],
      ['a member, which gets another epoch', true],
    ])('is not committed because its producer committed a later one: of %s', async (_, ours) => {
      const [ended, left] = [await topicOf(kafka), await topicOf(kafka)];
      const id = `g-${ended}-0`;
      if (ours) await belongsToUs(`g-${ended}`, ended);
      const first = await name(id);
      await hang(first, { ended, left, value: 'aborted', commit: false });
      const second = ours ? await name(id, first) : first;
      expect([second.id, second.epoch]).toEqual([first.id, first.epoch + Number(ours)]);
      await hang(second, { ended, left: ended, value: 'committed', commit: true });
      expect(await heal(left)).toBe(false);
      // Whoever opens the name again knows no more.
      if (ours) await producer(id).open();
      expect(await storedIn(kafka.driver, left)).toEqual([]);
      expect(await storedIn(kafka.driver, ended)).toEqual(['committed', 'committed']);
    });

    test('is committed for a reader when its producer committed it', async () => {
      const [ended, left] = [await topicOf(kafka), await topicOf(kafka)];
      await belongsToUs(`g-${ended}`, ended);
      await hang(await name(`g-${ended}-0`), { ended, left, value: 'committed', commit: true });
      await vi.waitFor(async () => expect(await heal(left)).toBe(true), 10_000);
      expect(await storedIn(kafka.driver, left)).toEqual(['committed']);
    });

    test.each([true, false])(
      'is ended as it was decided before its name is used again: committed %s',
      async (commit) => {
        const [ended, left] = [await topicOf(kafka), await topicOf(kafka)];
        const id = `g-${ended}-0`;
        await hang(await name(id), { ended, left, value: 'decided', commit });
        await producer(id).open();
        await kafka.append(left, ['after']);
        expect(await storedIn(kafka.driver, left)).toEqual([...(commit ? ['decided'] : []), 'after']);
      },
    );
  });

  /** As an operator does, or a coordinator that takes a member for dead. */
  async function expel(group: string): Promise<void> {
    const [described] = await connections.atCoordinator(
      'group',
      group,
      describeGroupsRequest([group]),
      () => 0,
    );
    for (const { id } of described?.members ?? [])
      await connections.atCoordinator('group', group, leaveGroupRequest(group, id), (code) => code);
  }
});

const soon = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(20_000) });

async function fetchAll(lease: Lease, count: number): Promise<Delivery[]> {
  const found: Delivery[] = [];
  while (found.length < count) found.push(...(await lease.fetch(count - found.length, soon())));
  return found;
}

async function firstOf(membership: Membership): Promise<Lease> {
  for await (const lease of membership) return lease;
  throw new StreamsError('CLOSED', 'no lease came');
}

function textsOf(deliveries: readonly Delivery[]): string[] {
  return deliveries.map(({ value, attempt }) => `${Buffer.from(value ?? [])} ${attempt}`);
}

/** Holds back the end of the second transaction until it is let go; `reached` when all before it is stored. */
function holdEnds(connections: Connections): { readonly reached: Promise<void>; readonly letGo: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const ask = connections.atCoordinator.bind(connections);
  let ends = 0;
  const intercepted: typeof ask = async (kind, key, request, codeOf) => {
    if (request.apiName === 'EndTxn' && ++ends > 1) {
      reached.resolve();
      await gate.promise;
    }
    return await ask(kind, key, request, codeOf);
  };
  connections.atCoordinator = intercepted;
  return { reached: reached.promise, letGo: gate.resolve };
}
