import type { Scenario } from '../engine/scenario.ts';
import type { Stage } from '../engine/stage.ts';
import { acknowledgedAreStored } from './cluster-claims.ts';
import { bootstrap, parameter } from './common.ts';
import { leaderOf } from './leader-leaves.ts';
import { Load } from './load.ts';
import { type PartitionNodes, partitionNodes, tellNodes } from './partition-nodes.ts';

const topic = 'email';
const copies = 3;

export const brokerDies: Scenario = {
  id: '46',
  pictures: ['14a', '46'],
  title: 'Three brokers; one dies',
  text: 'Each partition has a leader and copies on other brokers. When a broker is killed, copies of what it led become leaders and producers go on there; what all copies had acknowledged is not lost. The broker that comes back becomes a copy.',
  backends: ['kafka'],
  cannot: {
    embedded: 'The embedded log is one file of one machine: it has no brokers.',
    redis: 'Redis Cluster has masters and replicas instead of brokers; see picture 47.',
  },
  needs: 'cluster',
  parameters: [
    parameter('partitions', 'partitions of the topic', 3, [1, 6]),
    parameter('messages', 'records stored before and after', 30, [3, 300]),
  ],
  leavesOut:
    'Giving leadership back to the first copy (kafka-leader-election.sh), and how controllers elect one of them.',
  play: async (stage) => {
    const [partitions, messages] = [stage.parameter('partitions'), stage.parameter('messages')];
    await stage.step('Create a topic', `${partitions} partitions, ${copies} copies of each.`, async () => {
      await stage.records.createTopic(topic, partitions, { 'replication.factor': String(copies) });
      stage.commandLine({
        kafka: `kafka-topics.sh --bootstrap-server ${bootstrap(stage.url)} --create --topic ${topic} --partitions ${partitions} --replication-factor ${copies}`,
      });
      await untilAllInSync(stage, partitions);
      await tellNodes(stage, topic, partitions);
    });
    const leader = await leaderOf(stage, topic, partitions);
    const load = new Load(stage, topic, 'Email');
    await stage.step('A producer writes', 'Every record is acknowledged by all copies.', async () => {
      await stage.until('records are stored', () => load.acknowledged.length >= messages);
    });
    await stage.step(`The leader of P0 ${leader.leaving}`, 'The producer goes on writing.', async () => {
      await leader.leave();
      const before = load.acknowledged.length;
      await stage.until('records are stored again', () => load.acknowledged.length >= before + messages);
      await tellNodes(stage, topic, partitions);
    });
    await stage.step('The broker comes back', 'It copies what it missed.', async () => {
      await leader.comeBack();
      await untilAllInSync(stage, partitions);
      await load.stop();
      stage.commandLine({
        kafka: `kafka-topics.sh --bootstrap-server ${bootstrap(stage.url)} --describe --topic ${topic}`,
      });
      await tellNodes(stage, topic, partitions);
      stage.tell({
        kind: 'measured',
        name: 'acknowledged',
        value: load.acknowledged.length,
        unit: 'records',
      });
      stage.tell({ kind: 'measured', name: 'refused', value: load.refused, unit: 'records' });
    });
    stage.claim(`Every partition has ${copies} copies again, all in sync`, async () => {
      const found = await partitionNodes(stage, topic, partitions);
      return {
        holds: found.length === partitions && found.every(({ inSync }) => inSync.length === copies),
        evidence: found.map(inSyncText).join('; '),
      };
    });
    stage.claim('Another broker leads what that one led', async () => {
      const [nodes] = await partitionNodes(stage, topic, partitions);
      return {
        holds: nodes?.leader !== undefined && nodes.leader !== leader.port,
        evidence: `P0 was led by ${leader.port} and is led by ${nodes?.leader ?? 'nobody'}`,
      };
    });
    acknowledgedAreStored(stage, topic, () => load.acknowledged);
  },
};

async function untilAllInSync(stage: Stage, partitions: number): Promise<void> {
  await stage.until('all copies are in sync', async () => {
    const found = await partitionNodes(stage, topic, partitions).catch(() => []);
    return found.length === partitions && found.every(({ inSync }) => inSync.length === copies);
  });
}

function inSyncText({ partition, leader, inSync }: PartitionNodes): string {
  return `P${partition} led by ${leader ?? 'nobody'}, ${inSync.length} in sync`;
}
