import { GuideError } from '../engine/guide-error.ts';
import type { Stage } from '../engine/stage.ts';
import { waitUntil } from '../engine/wait-until.ts';
import { openKafkaAdmin } from '../native/kafka-admin.ts';
import { askRedisNode, type RedisNodeView, redisClusterView } from '../native/redis-node.ts';
import { type PartitionNodes, partitionNodes, untilLedByAnother } from './partition-nodes.ts';

/** How the server that leads the first partition leaves it, and comes back. */
export interface Leader {
  readonly port: number;
  /** A title for the step in which it leaves. */
  readonly leaving: string;
  /** Resolves once another server leads. */
  leave(): Promise<void>;
  /** Begins its return; what is to be waited for differs by picture. */
  comeBack(): Promise<void>;
}

/**
 * The leader of a topic's first partition. A server of the run's own is killed; in a cluster that was given nobody is: its
 * leader hands over, and has what it had when the run ends.
 */
export async function leaderOf(stage: Stage, topic: string, partitions: number): Promise<Leader> {
  const [nodes] = await partitionNodes(stage, topic, partitions);
  if (nodes?.leader === undefined) throw new GuideError(`nobody leads the first partition of ${topic}`);
  const { leader: port } = nodes;
  if (!stage.given) return killed(stage, topic, port);
  return stage.backend === 'kafka'
    ? reassigned(stage, topic, nodes, port)
    : failedOver(stage, topic, nodes, port);
}

function killed(stage: Stage, topic: string, port: number): Leader {
  const server = stage.servers.nodes.find((node) => node.port === port);
  if (!server) throw new GuideError(`the server at port ${port} is not one of this run's`);
  return {
    port,
    leaving: 'is killed',
    leave: async () => {
      await server.kill();
      stage.tell({ kind: 'node-killed', node: String(port) });
      await untilLedByAnother(stage, topic, 0, port);
    },
    comeBack: () => server.start(),
  };
}

function failedOver(stage: Stage, topic: string, { copies }: PartitionNodes, port: number): Leader {
  const replica = copies.find((copy) => copy !== port);
  if (replica === undefined) throw new GuideError(`the master at port ${port} has no replica to take over`);
  return {
    port,
    leaving: 'hands over',
    leave: async () => {
      const before = rolesIn(await redisClusterView(stage.nodes));
      stage.use({ [Symbol.asyncDispose]: () => masterAgain(stage, port, before) });
      stage.commandLine({ redis: 'CLUSTER FAILOVER' });
      await failOver(stage, replica, stage.signal);
      await untilLedByAnother(stage, topic, 0, port);
    },
    comeBack: async () => undefined,
  };
}

/** Resolves once every node has the role that it had before, and every other one knows. */
async function masterAgain(stage: Stage, port: number, before: string): Promise<void> {
  const { signal } = new AbortController();
  await failOver(stage, port, signal);
  await waitUntil('the cluster is as it was', signal, async () => {
    const views = await Promise.allSettled(stage.nodes.map((node) => redisClusterView([node])));
    return views.every((view) => view.status === 'rejected' || rolesIn(view.value) === before);
  });
}

function rolesIn(view: readonly RedisNodeView[]): string {
  const lines = view.map(({ port, masterId = 'none', slots }) => `${port} ${masterId} ${slots.join(' ')}`);
  return lines.toSorted().join('\n');
}

/** Asks a replica that has caught up; one that gives up, which it does after five seconds, is asked again. */
async function failOver(stage: Stage, port: number, signal: AbortSignal): Promise<void> {
  let askedAt = 0;
  await waitUntil(`the server at port ${port} is master`, signal, async () => {
    // One that has just handed over is still called a master, of nothing.
    const node = (await redisClusterView(stage.nodes)).find((each) => each.port === port);
    if (node?.isMaster && node.slots.length > 0) return true;
    if (Date.now() - askedAt < askAgainMs) return false;
    const info = await askRedisNode(stage.nodeAt(port), 'INFO', 'replication').catch(() => '');
    if (!/role:slave\b.*master_link_status:up/s.test(String(info))) return false;
    askedAt = Date.now();
    await askRedisNode(stage.nodeAt(port), 'CLUSTER', 'FAILOVER').catch(() => undefined);
    return false;
  });
}

const askAgainMs = 6_000;

/** The topic is the run's own and goes with it: nothing has to be put back. */
function reassigned(stage: Stage, topic: string, { copies }: PartitionNodes, port: number): Leader {
  const others = copies.filter((copy) => copy !== port);
  const assign = async (ports: readonly number[]): Promise<void> => {
    const admin = await openKafkaAdmin(stage.url);
    try {
      const { brokers } = await admin.describeCluster();
      const replicas = ports.flatMap((each) => brokers.find((broker) => broker.port === each)?.nodeId ?? []);
      const partitionAssignment = [{ partition: 0, replicas }];
      await admin.alterPartitionReassignments({
        topics: [{ topic: `${stage.namespace}.${topic}`, partitionAssignment }],
      });
    } finally {
      await admin.disconnect();
    }
  };
  return {
    port,
    leaving: 'gives it up',
    leave: async () => {
      stage.commandLine({
        kafka: 'kafka-reassign-partitions.sh --execute --reassignment-json-file others.json',
      });
      await assign(others);
      await untilLedByAnother(stage, topic, 0, port);
    },
    comeBack: () => assign([...others, port]),
  };
}
