import { GuideError } from '../engine/guide-error.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { keysBeside, moveSlot } from '../native/move-slot.ts';
import { askRedisNode, masterOfSlot, redisClusterView } from '../native/redis-node.ts';
import { claimStreamsAtTheirMasters } from './47-hash-slots.ts';
import { acknowledgedAreStored } from './cluster-claims.ts';
import { parameter } from './common.ts';
import { Load } from './load.ts';
import { partitionNodes, streamKeyOf, tellNodes } from './partition-nodes.ts';

const topic = 'Email';

export const reshard: Scenario = {
  id: '48',
  pictures: ['48'],
  title: 'Scale out and reshard',
  text: 'An empty node joins the cluster and takes slots over from the others, key by key, while a producer goes on writing. Whoever asks the old node meanwhile is sent to the new one: nothing is lost, and the order of each partition stays.',
  backends: ['redis'],
  cannot: {
    embedded: 'The embedded log is one file of one machine: there is nowhere to move to.',
    kafka:
      'Kafka moves whole partitions (kafka-reassign-partitions.sh), which this picture of the book does not show.',
  },
  needs: 'cluster',
  parameters: [
    parameter('partitions', 'partitions, each a stream of its own', 6, [2, 12]),
    parameter('moved', 'how many of them move', 2, [1, 2]),
    parameter('messages', 'records stored before, between and after', 20, [3, 300]),
  ],
  leavesOut: 'Choosing the slots by load: redis-cli --cluster rebalance.',
  play: async (stage) => {
    const [partitions, moved, messages] = ['partitions', 'moved', 'messages'].map((name) =>
      stage.parameter(name),
    ) as [number, number, number];
    const load = new Load(stage, topic, 'Email');
    const more = async (): Promise<void> => {
      const before = load.acknowledged.length;
      await stage.until('records are stored', () => load.acknowledged.length >= before + messages);
    };
    await stage.step('Three masters, and a producer', 'It writes all the time.', async () => {
      await stage.records.createTopic(topic, partitions);
      await more();
      await tellNodes(stage, topic, partitions);
    });
    const target = stage.given
      ? await anotherMaster(stage, partitions, moved)
      : await scaledOut(stage, partitions);
    for (let partition = 0; partition < moved; partition++)
      await stage.step(`The slot of P${partition} moves`, 'With all of its keys, under load.', async () => {
        const key = streamKeyOf(stage, topic, partition);
        stage.commandLine({ redis: `redis-cli --cluster reshard 127.0.0.1:${target}` });
        const keys = await moveSlot([...stage.nodes, stage.nodeAt(target)], key, target);
        stage.tell({ kind: 'measured', name: `moved with P${partition}`, value: keys, unit: 'keys' });
        await more();
        await tellNodes(stage, topic, partitions);
      });
    await load.stop();
    stage.claim('The slots that moved are served by the node that took them over', async () => {
      const found = (await partitionNodes(stage, topic, partitions)).slice(0, moved);
      return {
        holds: found.length === moved && found.every(({ leader }) => leader === target),
        evidence: found.map(({ partition, leader }) => `P${partition} at ${leader}`).join('; '),
      };
    });
    claimStreamsAtTheirMasters(stage, topic, partitions);
    acknowledgedAreStored(stage, topic, () => load.acknowledged);
  },
};

/** A new node joins; its port. */
async function scaledOut(stage: Stage, partitions: number): Promise<number> {
  const added = await stage.servers.addNode?.();
  if (!added) throw new GuideError('no node can be added to this cluster');
  await stage.step('Scale out', 'A new node joins; it serves no slot yet.', async () => {
    stage.commandLine({
      redis: `redis-cli --cluster add-node 127.0.0.1:${added.port} 127.0.0.1:${stage.nodes[0]?.port}`,
    });
    await join(stage, added.port);
    await tellNodes(stage, topic, partitions);
  });
  return added.port;
}

/**
 * To a cluster that was given no node is added: the slots go to a master that has none of them, and back when the run ends.
 * GuideError when they hold keys of others, which would move as well.
 */
async function anotherMaster(stage: Stage, partitions: number, moved: number): Promise<number> {
  const found = await partitionNodes(stage, topic, partitions);
  const movers = found.slice(0, moved);
  const masters = (await redisClusterView(stage.nodes)).filter(
    ({ isMaster, isUp, slots }) => isMaster && isUp && slots.length > 0,
  );
  const target = masters.find(({ port }) => movers.every(({ leader }) => leader !== port));
  if (!target) throw new GuideError('every master of this cluster has one of the slots that are to move');
  for (const { partition } of movers) await assertOwnSlot(stage, streamKeyOf(stage, topic, partition));
  stage.use({
    [Symbol.asyncDispose]: async () => {
      for (const { partition, leader } of movers)
        await moveSlotBack(stage, streamKeyOf(stage, topic, partition), leader);
    },
  });
  await stage.step('Where to', 'No node joins a cluster that was given: another master takes over.', () =>
    tellNodes(stage, topic, partitions),
  );
  return target.port;
}

async function assertOwnSlot(stage: Stage, key: string): Promise<void> {
  const others = (await keysBeside(stage.nodes, key)).filter((name) => !name.includes(stage.namespace));
  if (others.length > 0)
    throw new GuideError(
      `the slot of ${key} holds keys of others, such as ${others[0]}, and they would move as well; --backend redis starts a cluster for this picture`,
    );
}

async function moveSlotBack(stage: Stage, key: string, leader = 0): Promise<void> {
  const view = await redisClusterView(stage.nodes);
  const slot = Number(await askRedisNode(stage.nodeAt(leader), 'CLUSTER', 'KEYSLOT', key));
  if (masterOfSlot(view, slot)?.port !== leader) await moveSlot(stage.nodes, key, leader);
}

async function join(stage: Stage, port: number): Promise<void> {
  const known = stage.nodes;
  const added = stage.nodeAt(port);
  const bus = Number(
    /@(\d+)/.exec(String(await askRedisNode(added, 'CLUSTER', 'NODES')))?.[1] ?? port + 10_000,
  );
  await askRedisNode(known[0] ?? added, 'CLUSTER', 'MEET', '127.0.0.1', port, bus);
  await stage.until('all nodes know the new one, and it serves', async () => {
    const views = await Promise.all([...known, added].map((each) => redisClusterView([each])));
    const info = String(await askRedisNode(added, 'CLUSTER', 'INFO'));
    return (
      info.includes('cluster_state:ok') &&
      views.every((view) => view.filter(({ isUp }) => isUp).length === known.length + 1)
    );
  });
}
