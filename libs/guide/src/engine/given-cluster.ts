import type { BackendKind, ScenarioSummary } from '../events.ts';
import { openKafkaAdmin } from '../native/kafka-admin.ts';
import { redisAddresses } from '../native/redis-client.ts';
import { redisClusterView } from '../native/redis-node.ts';
import { GuideError } from './guide-error.ts';
import type { GivenCluster } from './servers.ts';

/** Of the pictures: copies of a partition on Kafka, masters with replicas on Redis. */
const brokersNeeded = 3;

/**
 * The cluster that the URL names, when it is large enough for pictures of clusters; undefined when it is no cluster, and
 * the picture has to start its own. GuideError when its nodes cannot be told apart by their ports.
 */
export async function givenCluster(
  scenario: ScenarioSummary,
  backend: BackendKind,
  url: string,
): Promise<GivenCluster | undefined> {
  if (scenario.needs !== 'cluster') return undefined;
  const cluster = backend === 'kafka' ? await ofKafka(url) : await ofRedis(url);
  if (cluster === undefined) return undefined;
  const ports = new Set(cluster.nodes.map(({ port }) => port));
  if (ports.size === cluster.nodes.length) return cluster;
  throw new GuideError(
    `picture ${scenario.id} tells the servers of a cluster apart by their ports, and some of these have the same one; --backend ${backend} starts a cluster for it`,
  );
}

async function ofKafka(url: string): Promise<GivenCluster | undefined> {
  const admin = await openKafkaAdmin(url);
  try {
    const { brokers } = await admin.describeCluster();
    if (brokers.length < brokersNeeded) return undefined;
    return { nodes: brokers.map(({ host, port }) => ({ host, port })) };
  } finally {
    await admin.disconnect();
  }
}

async function ofRedis(url: string): Promise<GivenCluster | undefined> {
  if (!/^rediss?\+cluster:/.test(url)) return undefined;
  const masters = await redisAddresses(url);
  const view = await redisClusterView(masters);
  const [login] = masters;
  const alone = view.find(
    ({ id, isMaster, isUp, slots }) =>
      isMaster && isUp && slots.length > 0 && !view.some(({ masterId }) => masterId === id),
  );
  if (alone)
    throw new GuideError(
      `the master at port ${alone.port} of this cluster has no replica; --backend redis starts a cluster of three masters with replicas`,
    );
  return { nodes: view.filter(({ isUp }) => isUp).map(({ host, port }) => ({ ...login, host, port })) };
}
