import type { Stage } from '@millrace/guide';
import { requireService, startRedisCluster } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openKafkaAdmin } from '../src/native/kafka-admin.ts';
import { localNode, type NodeAddress } from '../src/native/node-address.ts';
import { openRedisClient } from '../src/native/redis-client.ts';
import { askRedisNode, redisClusterView } from '../src/native/redis-node.ts';
import { partitionNodes, streamKeyOf } from '../src/scenarios/partition-nodes.ts';
import { moreRecords } from './damages.ts';
import { noticedAfter, playThrough, scenarioOf } from './play-through.ts';
import { openSharedKafkaCluster, servers } from './servers.ts';

/** Beside the first, with which each picture is played on servers of its own. */
const otherSeeds = [2, 3];

type StageDamage = (stage: Stage) => Promise<void>;

/** Plays on servers of its own; every claim must hold, and the damage must be noticed by these. */
async function playAndDamage(
  id: string,
  backend: 'redis' | 'kafka',
  damages: readonly (readonly [StageDamage, readonly number[]])[],
  starts: typeof servers = servers,
): Promise<void> {
  let checked = 0;
  const { claims } = await playThrough(scenarioOf(id), {
    backend,
    servers: starts,
    parameters: id === '29' ? { messages: 5 } : {},
    beforeClaims: async (stage) => {
      const [first, ...others] = damages;
      if (!first) return;
      const noticed = new Set(await noticedAfter(stage, first[0]));
      expect([...noticed]).toEqual(expect.arrayContaining([...first[1]]));
      for (const [damage, numbers] of others) {
        await damage(stage);
        for (const number of numbers) noticed.add(number);
        const { claims: stated } = stage;
        const held = await Promise.all(
          numbers.map((number) => stated[number - 1]?.check().catch(() => undefined)),
        );
        expect(held.some((holding) => holding?.holds)).toBe(false);
      }
      checked = noticed.size;
    },
  });
  expect(checked).toBe(claims.length);
}

/** The records of acknowledgements that did not survive are there after all, and one that did is not. */
const otherSurvivors: StageDamage = async (stage) => {
  await stage.streams.admin.trim('payments', { keep: 1 });
  await stage.records.publish(
    'payments',
    ['weak 1', 'unanswered 1'].map((label) => ({ key: null, label })),
  );
};

const oneStreamLess: StageDamage = async (stage) => {
  const [nodes] = await partitionNodes(stage, 'Email', 1);
  await askRedisNode(localNode(nodes?.leader ?? 0), 'UNLINK', streamKeyOf(stage, 'Email', 0));
};

const outOfOrder: StageDamage = async (stage) => {
  await moreRecords.beforeClaims?.(stage);
};

requireService('redis')('the pictures of a Redis Cluster, and what their claims notice', () => {
  describe.concurrent('one by one', () => {
    test('1, on a server of its own', async () => {
      const { failed } = await playThrough(scenarioOf('1'), { backend: 'redis', servers });
      expect(failed).toEqual([]);
    });

    test('29', () => playAndDamage('29', 'redis', [[otherSurvivors, [1, 2, 3]]]));

    test('47', () =>
      playAndDamage('47', 'redis', [
        [oneStreamLess, [1, 3]],
        [outOfOrder, [4]],
        [oldMasterAgain, [2]],
      ]));

    test('48', () =>
      playAndDamage('48', 'redis', [
        [oneStreamLess, [2, 3]],
        [outOfOrder, [4]],
        [slotMovesBack, [1]],
      ]));
  });
});

requireService('redis')('the pictures of a Redis Cluster on one that was there before', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  let address: NodeAddress;
  const roles = async (): Promise<unknown[]> =>
    (await redisClusterView([address]))
      .map(({ port, isMaster, slots }) => ({ port, isMaster, slots }))
      .toSorted((a, b) => a.port - b.port);
  const keys = async (): Promise<number> => {
    const sizes = await Promise.all(cluster.nodes.map(({ port }) => askRedisNode(localNode(port), 'DBSIZE')));
    return sizes.reduce<number>((sum, size) => sum + Number(size), 0);
  };
  /** Replicas follow their masters a moment later. */
  const untilEmpty = (): Promise<void> => expect.poll(keys, { timeout: 10_000 }).toBe(0);
  beforeAll(async () => {
    // Nobody is killed: a node that is slow for a moment is not to be replaced for good.
    cluster = await startRedisCluster({ nodeTimeoutMs: 2_000 });
    address = localNode(cluster.nodes[0]?.port ?? 0);
    // They tell each other of their roles every second only.
    const replicas = async (): Promise<number[]> =>
      Promise.all(
        cluster.nodes.map(
          async ({ port }) =>
            (await redisClusterView([localNode(port)])).filter(({ isMaster }) => !isMaster).length,
        ),
      );
    await vi.waitFor(async () => expect(await replicas()).toEqual(cluster.nodes.map(() => 3)), 60_000);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test.each(['29', '47', '48'])('%s kills nothing, holds its claims and leaves all as it was', async (id) => {
    const before = await roles();
    for (const seed of otherSeeds) {
      const { claims, failed, events } = await playThrough(scenarioOf(id), {
        backend: cluster.url,
        parameters: { messages: 5 },
        seed,
      });
      expect(claims.length).toBeGreaterThan(1);
      expect(failed).toEqual([]);
      expect(events.some(({ kind }) => kind === 'node-killed')).toBe(false);
    }
    expect(await roles()).toEqual(before);
    await untilEmpty();
  });

  test('48 that is interrupted in the middle gives back what it moved', async () => {
    const before = await roles();
    const interrupted = new AbortController();
    const reason = new Error('enough');
    const afterStep = async (_: Stage, title: string): Promise<void> => {
      if (title === 'The slot of P0 moves') interrupted.abort(reason);
    };
    const options = {
      backend: cluster.url,
      parameters: { messages: 5 },
      signal: interrupted.signal,
      afterStep,
    };
    await expect(playThrough(scenarioOf('48'), options)).rejects.toBe(reason);
    expect(await roles()).toEqual(before);
    await untilEmpty();
  });

  test('48 moves no slot in which others have keys', async () => {
    const { url } = cluster;
    const client = await openRedisClient(url);
    await client.set('mine:{P0}', '1');
    await expect(playThrough(scenarioOf('48'), { backend: url })).rejects.toThrow(
      /holds keys of others, such as mine:\{P0\}/,
    );
    await client.del('mine:{P0}');
    client.disconnect();
    await untilEmpty();
  });
});

requireService('kafka')('the pictures of three Kafka brokers, and what their claims notice', () => {
  let shared: Awaited<ReturnType<typeof openSharedKafkaCluster>>;
  beforeAll(async () => {
    shared = await openSharedKafkaCluster();
  });
  afterAll(async () => {
    await shared[Symbol.asyncDispose]();
  });

  test('29', () => playAndDamage('29', 'kafka', [[otherSurvivors, [1, 2, 3]]], shared.servers));

  test('46', () =>
    playAndDamage(
      '46',
      'kafka',
      [
        [recordsLess, [3]],
        [outOfOrder, [4]],
        [leaderDies, [1, 2]],
      ],
      shared.servers,
    ));

  test.each(['29', '46'])('%s on a cluster that was there before kills no broker', async (id) => {
    const topics = async (): Promise<string[]> => {
      const admin = await openKafkaAdmin(shared.url);
      const names = await admin.listTopics();
      await admin.disconnect();
      return names.filter((name) => name.includes('guide-')).toSorted();
    };
    const before = await topics();
    for (const seed of otherSeeds) {
      const { failed, events } = await playThrough(scenarioOf(id), {
        backend: shared.url,
        parameters: { messages: 5 },
        seed,
      });
      expect(failed).toEqual([]);
      expect(events.some(({ kind }) => kind === 'node-killed')).toBe(false);
    }
    expect(await topics()).toEqual(before);
  });

  test('1, on a broker of its own', async () => {
    const { failed } = await playThrough(scenarioOf('1'), { backend: 'kafka', servers });
    expect(failed).toEqual([]);
  });
});

async function recordsLess(stage: Stage): Promise<void> {
  await stage.streams.admin.trim('email', { keep: 1 });
}

/** The next in the list of copies is the one that led before. */
async function leaderDies(stage: Stage): Promise<void> {
  const [nodes] = await partitionNodes(stage, 'email', 1);
  await stage.servers.nodes.find(({ port }) => port === nodes?.leader)?.kill();
  await stage.until('another leads', async () => {
    const [now] = await partitionNodes(stage, 'email', 1).catch(() => []);
    return now?.leader !== undefined && now.leader !== nodes?.leader;
  });
}

/** The replica of P0's master, which was its master before. */
async function oldMasterAgain(stage: Stage): Promise<void> {
  const [nodes] = await partitionNodes(stage, 'Email', 1);
  const replica = nodes?.copies.find((port) => port !== nodes.leader) ?? 0;
  await askRedisNode(localNode(replica), 'CLUSTER', 'FAILOVER');
  await stage.until('it is master again', async () => {
    const [now] = await partitionNodes(stage, 'Email', 1).catch(() => []);
    return now?.leader === replica;
  });
}

async function slotMovesBack(stage: Stage): Promise<void> {
  const { moveSlot } = await import('../src/native/move-slot.ts');
  const [, , , , , last] = await partitionNodes(stage, 'Email', 6);
  await moveSlot(stage.nodes, streamKeyOf(stage, 'Email', 0), last?.leader ?? 0);
}
