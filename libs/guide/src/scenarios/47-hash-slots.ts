import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { askRedisNode, redisClusterView } from '../native/redis-node.ts';
import { acknowledgedAreStored } from './cluster-claims.ts';
import { parameter } from './common.ts';
import { leaderOf } from './leader-leaves.ts';
import { Load } from './load.ts';
import { partitionNodes, streamKeyOf, tellNodes } from './partition-nodes.ts';

const topic = 'Email';

export const hashSlots: Scenario = {
  id: '47',
  pictures: ['47', '47a'],
  title: 'Redis Cluster: slots, and the death of a master',
  text: 'A Redis Cluster spreads its 16,384 slots over the masters. The hash tag of a name, as {P0} in Email:{P0}, decides the slot, and clients go to its master by themselves. When a master dies its replica takes over the slots.',
  backends: ['redis'],
  cannot: {
    embedded: 'The embedded log is one file of one machine: it has no slots.',
    kafka: 'Kafka spreads the partitions themselves over brokers; see picture 46.',
  },
  needs: 'cluster',
  parameters: [
    parameter('partitions', 'partitions, each a stream of its own', 6, [1, 12]),
    parameter('messages', 'records stored before and after', 30, [3, 300]),
  ],
  leavesOut: 'What a master that is cut off, and not dead, still accepts until it notices.',
  play: async (stage) => {
    const [partitions, messages] = [stage.parameter('partitions'), stage.parameter('messages')];
    const load = new Load(stage, topic, 'Email');
    await stage.step('Streams on several masters', 'Slot and master of each.', async () => {
      await stage.records.createTopic(topic, partitions);
      await stage.until('records are stored', () => load.acknowledged.length >= messages);
      stage.commandLine({ redis: `CLUSTER KEYSLOT ${topic}:{P0}` });
      await tellSlots(stage, partitions);
      await tellNodes(stage, topic, partitions);
    });
    const [before] = await partitionNodes(stage, topic, partitions);
    if (!before) return;
    const master = await leaderOf(stage, topic, partitions);
    await stage.step(`The master of P0 ${master.leaving}`, 'The producer goes on writing.', async () => {
      await master.leave();
      const acknowledged = load.acknowledged.length;
      await stage.until(
        'records are stored again',
        () => load.acknowledged.length >= acknowledged + messages,
      );
      await tellNodes(stage, topic, partitions);
    });
    await stage.step('The old master comes back', 'It becomes a replica of its successor.', async () => {
      await master.comeBack();
      await stage.until('it is a replica', async () => {
        const view = await redisClusterView(stage.nodes);
        return view.find(({ port }) => port === master.port)?.isMaster === false;
      });
      await load.stop();
      stage.commandLine({ redis: 'CLUSTER NODES' });
      await tellNodes(stage, topic, partitions);
      stage.tell({
        kind: 'measured',
        name: 'acknowledged',
        value: load.acknowledged.length,
        unit: 'records',
      });
      stage.tell({ kind: 'measured', name: 'refused', value: load.refused, unit: 'records' });
    });
    claimStreamsAtTheirMasters(stage, topic, partitions);
    stage.claim('What was the replica of that master is master of its slots', async () => {
      const [now] = await partitionNodes(stage, topic, partitions);
      const promoted = before.copies.filter((port) => port !== before.leader);
      return {
        holds: now?.leader !== undefined && promoted.includes(now.leader),
        evidence: `P0 was at ${before.leader} with a replica at ${promoted.join()}, and is at ${now?.leader ?? 'nobody'}`,
      };
    });
    acknowledgedAreStored(stage, topic, () => load.acknowledged);
  },
};

/** Asks each master itself, which redirects nobody: it replies for its own slots only. */
export function claimStreamsAtTheirMasters(stage: Stage, name: string, partitions: number): void {
  stage.claim('Each stream lies on the master of its slot', async () => {
    const found = await partitionNodes(stage, name, partitions);
    const there = await Promise.all(
      found.map(({ leader = 0, partition }) =>
        askRedisNode(stage.nodeAt(leader), 'EXISTS', streamKeyOf(stage, name, partition)).catch(() => 0),
      ),
    );
    return {
      holds: there.every((reply) => reply === 1),
      evidence: found.map(({ partition, leader }, i) => `P${partition} at ${leader}: ${there[i]}`).join('; '),
    };
  });
}

async function tellSlots(stage: Stage, partitions: number): Promise<void> {
  const rows: string[][] = [];
  for (const { partition, leader = 0 } of await partitionNodes(stage, topic, partitions)) {
    const slot = await askRedisNode(
      stage.nodeAt(leader),
      'CLUSTER',
      'KEYSLOT',
      streamKeyOf(stage, topic, partition),
    );
    rows.push([`${topic}:{P${partition}}`, String(slot), String(leader)]);
  }
  stage.tell({ kind: 'table', title: 'Slots', columns: ['stream', 'slot', 'master'], rows });
}
