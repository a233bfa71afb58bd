import type { Stage } from '../engine/stage.ts';
import type { GuideNode } from '../events.ts';
import { openKafkaAdmin } from '../native/kafka-admin.ts';
import { askRedisNode, masterOfSlot, redisClusterView } from '../native/redis-node.ts';

/** Who has a partition, by the ports of the servers, as the cluster says. */
export interface PartitionNodes {
  readonly partition: number;
  /** Undefined while nobody leads it. */
  readonly leader: number | undefined;
  /** Who has a copy, the leader among them. */
  readonly copies: readonly number[];
  /** Whose copy is as new as the leader's. */
  readonly inSync: readonly number[];
}

export async function partitionNodes(
  stage: Stage,
  topic: string,
  partitions: number,
): Promise<PartitionNodes[]> {
  return stage.backend === 'kafka' ? ofKafka(stage, topic) : ofRedis(stage, topic, partitions);
}

/** Tells all servers: who leads which partition, and who only copies it. */
export async function tellNodes(stage: Stage, topic: string, partitions: number): Promise<void> {
  const found = await partitionNodes(stage, topic, partitions);
  const up = new Set(await upNodes(stage));
  const ports = new Set([...stage.nodes.map(({ port }) => port), ...up]);
  const nodes = [...ports].map((port): GuideNode => {
    const leads = found.filter(({ leader }) => leader === port);
    const follows = found.filter(({ leader, copies }) => leader !== port && copies.includes(port));
    return {
      node: String(port),
      state: up.has(port) ? 'up' : 'down',
      leads: leads.map(({ partition }) => `P${partition}`),
      follows: follows.map(({ partition }) => `P${partition}`),
    };
  });
  stage.tell({ kind: 'nodes-listed', nodes });
}

/** Resolves once another server than this one leads the partition. */
export function untilLedByAnother(
  stage: Stage,
  topic: string,
  partition: number,
  than: number,
): Promise<PartitionNodes> {
  return stage.until(`another server than ${than} leads partition ${partition}`, async () => {
    const found = await partitionNodes(stage, topic, partition + 1).catch(() => []);
    const nodes = found.find((each) => each.partition === partition);
    return nodes?.leader !== undefined && nodes.leader !== than ? nodes : undefined;
  });
}

/** The name of a partition's stream on a server of Redis. */
export function streamKeyOf(stage: Stage, topic: string, partition: number): string {
  return `${stage.namespace}.${topic}:{P${partition}}`;
}

async function upNodes(stage: Stage): Promise<number[]> {
  if (stage.backend === 'kafka') {
    const admin = await openKafkaAdmin(stage.url);
    try {
      return (await admin.describeCluster()).brokers.map(({ port }) => port);
    } finally {
      await admin.disconnect();
    }
  }
  const view = await redisClusterView(stage.nodes);
  return view.filter(({ isUp }) => isUp).map(({ port }) => port);
}

async function ofKafka(stage: Stage, topic: string): Promise<PartitionNodes[]> {
  const admin = await openKafkaAdmin(stage.url);
  try {
    const { brokers } = await admin.describeCluster();
    const portOf = new Map(brokers.map(({ nodeId, port }) => [nodeId, port]));
    const ports = (ids: readonly number[]): number[] => ids.flatMap((id) => portOf.get(id) ?? []);
    const { topics } = await admin.fetchTopicMetadata({ topics: [`${stage.namespace}.${topic}`] });
    return (topics[0]?.partitions ?? [])
      .map(({ partitionId, leader, replicas, isr }) => ({
        partition: partitionId,
        leader: portOf.get(leader),
        copies: ports(replicas),
        inSync: ports(isr),
      }))
      .sort((a, b) => a.partition - b.partition);
  } finally {
    await admin.disconnect();
  }
}

async function ofRedis(stage: Stage, topic: string, partitions: number): Promise<PartitionNodes[]> {
  const view = await redisClusterView(stage.nodes);
  const first = stage.nodeAt(view.find(({ isUp }) => isUp)?.port ?? 0);
  const found: PartitionNodes[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const key = streamKeyOf(stage, topic, partition);
    const master = masterOfSlot(view, Number(await askRedisNode(first, 'CLUSTER', 'KEYSLOT', key)));
    const replicas = view.filter(({ masterId, isUp }) => isUp && masterId === master?.id);
    const copies = master ? [master, ...replicas].map(({ port }) => port) : [];
    found.push({ partition, leader: master?.port, copies, inSync: copies });
  }
  return found;
}
