import { on, type Topic, topic } from '@millrace/streams';
import { createStreams } from '@millrace/streams/driver';
import {
  type RedisCluster,
  type RedisServer,
  requireService,
  startRedisCluster,
  startRedisSentinels,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../src/index.ts';
import { stored, stubbornly, uniqueName, waitFor } from './support.ts';

const withRedis = requireService('redis');

interface Item {
  readonly id: string;
  readonly key: string;
}

const partitions = 4;
const total = 400;
const askAgainMs = 1_000;
const items = Array.from({ length: total }, (_, index): Item => ({ id: `i${index}`, key: `k${index % 16}` }));

/** A master dies in the middle of the traffic; everything is acknowledged by `all`, and resent once. */
withRedis('a failover', () => {
  test('by Sentinels loses, repeats and reorders nothing that was acknowledged by all', async () => {
    await using sentinels = await startRedisSentinels();
    await carryThrough(sentinels.url, async () => sentinels.master.kill());
  });

  describe('in a Cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await startRedisCluster();
    });
    afterAll(() => cluster[Symbol.asyncDispose]());

    test('of nobody, but slots that move to another master and back, does neither', async () => {
      await carryThrough(cluster.url, async () => {
        for (let move = 0; move < 4; move++) {
          const to = await cluster.moveSlotOf('{P0}');
          expect((await cluster.masterOf('{P0}')).port).toBe(to.port);
        }
      });
    });

    test('of masters that change places with their replicas ends no at-least-once group', async () => {
      await using streams = createStreams(await openRedis(cluster.url));
      const named = (name: string): Topic<Item> => topic<Item>(uniqueName(name), { key: ({ key }) => key });
      const [input, output] = [named('in'), named('out')];
      await streams.admin.ensureTopics([input, output].map(({ name }) => ({ name, partitions })));
      await using running = await streams.run({
        group: uniqueName('g'),
        mode: 'partitioned',
        delivery: 'at-least-once',
        leaseMs: 2_000,
        batch: 20,
        routes: [on(input, (message, context) => context.send(output, message.value))],
      });
      let swapping: Promise<unknown> = Promise.resolve();
      for (const [index, item] of items.entries()) {
        if (index % (total / 4) === 0) swapping = swapping.then(() => swapAll(cluster));
        await stubbornly(() => streams.publish(input, [item]));
      }
      await swapping;
      await running.caughtUp();
      // A read that failed last counts as mended once it has waited for a lease time; a group that ended stays ended.
      await waitFor('the group is running', () => Promise.resolve(running.state() === 'running'));
      const found = new Set((await all(cluster.url, output.name)).flat());
      expect([...found].toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    });

    // The last one: the node stays dead.
    test('of a master loses, repeats and reorders nothing that was acknowledged by all', async () => {
      await carryThrough(cluster.url, async () => (await cluster.masterOf('{P0}')).kill());
    });
  });
});

async function carryThrough(url: string, inflict: () => Promise<unknown>): Promise<void> {
  await using driver = await openRedis(url);
  await using streams = createStreams(await openRedis(url));
  await using publisher = createStreams(await openRedis(url));
  const [from, to] = [uniqueName('in'), uniqueName('out')];
  await driver.admin.ensureTopics([from, to].map((name) => ({ name, partitions })));
  const options = { key: (item: Item) => item.key, id: (item: Item) => item.id };
  const [input, output] = [topic<Item>(from, options), topic<Item>(to, options)];
  await using running = await streams.run({
    group: uniqueName('g'),
    mode: 'partitioned',
    delivery: 'exactly-once',
    leaseMs: 2_000,
    batch: 20,
    routes: [on(input, (message, context) => context.send(output, message.value))],
  });
  let sequence = 0;
  const producer = uniqueName('p');
  let inflicted: Promise<unknown> | undefined;
  for (const item of items) {
    sequence += 1;
    const once = { producer, sequence };
    if (sequence === total / 2) inflicted = inflict();
    await stubbornly(() => publisher.publish(input, [item], { once }));
  }
  await inflicted;
  await waitFor('everything has come out', async () => (await all(url, to)).flat().length >= total);
  await running.stop();
  const found = await all(url, to);
  expect(found.flat().toSorted()).toEqual(items.map(({ id }) => id).toSorted());
  for (const ids of found) {
    const byKey = Map.groupBy(ids, (id) => Number(id.slice(1)) % 16);
    for (const sameKey of byKey.values()) {
      expect(sameKey).toEqual(sameKey.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
    }
  }
}

/** Replicas take their masters' places, which become their replicas: no server dies and no connection is cut. */
async function swapAll(cluster: RedisCluster): Promise<void> {
  const roles = await Promise.all(cluster.nodes.map(isMaster));
  for (const [index, node] of cluster.nodes.entries()) if (!roles[index]) await takePlace(node);
}

/** A failover that is asked for right after another one is sometimes not carried out. */
async function takePlace(replica: RedisServer): Promise<void> {
  let asked = Number.NEGATIVE_INFINITY;
  await waitFor('the replica is a master', async () => {
    if (await isMaster(replica)) return true;
    if (performance.now() - asked < askAgainMs) return false;
    asked = performance.now();
    await replica.command('CLUSTER', 'FAILOVER');
    return false;
  });
}

async function isMaster(node: RedisServer): Promise<boolean> {
  return (await node.command('ROLE')).includes('$6\r\nmaster\r\n');
}

/** The ids in each partition, read by a client that knows the servers as they are now. */
async function all(url: string, name: string): Promise<string[][]> {
  return await stubbornly(async () => {
    await using driver = await openRedis(url);
    const values: string[][] = [];
    for (let partition = 0; partition < partitions; partition++) {
      const found = await stored(driver, name, partition);
      values.push(found.map((value) => (JSON.parse(value) as Item).id));
    }
    return values;
  });
}
