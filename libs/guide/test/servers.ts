import type { GuideServers, OwnServers, ServerNode } from '@millrace/guide';
import { startKafka, startKafkaCluster, startRedis, startRedisCluster } from '@millrace/testing';

/** Servers of this machine, started anew for each play. */
export const servers: GuideServers = {
  redis: async () => alone(await startRedis()),
  kafka: async () => alone(await startKafka()),
  redisCluster: () => startRedisCluster(),
  kafkaCluster: () => startKafkaCluster(),
};

/** One cluster of Kafka for several plays: what one of them killed is started for the next. */
export async function openSharedKafkaCluster(): Promise<
  AsyncDisposable & { readonly servers: GuideServers; readonly url: string }
> {
  const cluster = await startKafkaCluster();
  const dead = new Set<ServerNode>();
  const nodes = cluster.nodes.map((node): ServerNode => {
    const shared: ServerNode = {
      ...node,
      kill: async () => {
        dead.add(shared);
        await node.kill();
      },
      start: async () => {
        await node.start();
        dead.delete(shared);
      },
    };
    return shared;
  });
  const play: OwnServers = {
    url: cluster.url,
    nodes,
    [Symbol.asyncDispose]: async () => {
      for (const node of [...dead]) await node.start();
    },
  };
  return {
    url: cluster.url,
    servers: { ...servers, kafkaCluster: async () => play },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

function alone(server: ServerNode & AsyncDisposable & { readonly url: string }): OwnServers {
  return { url: server.url, nodes: [server], [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
