import { describeContract } from '@millrace/streams-contract';
import { type RedisCluster, requireService, startRedisCluster } from '@millrace/testing';
import { beforeAll } from 'vitest';
import { openRedis } from '../src/index.ts';
import { clusterCapabilities } from './contract-capabilities.ts';
import { cutConnections } from './cut-connections.ts';
import { loseGroup } from './lose-group.ts';

const withRedis = requireService('redis');

withRedis('a Redis Cluster of six nodes', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    // A node that is short of processor time for a second is not dead; failovers have a test of their own.
    cluster = await startRedisCluster({ nodeTimeoutMs: 3_000 });
  });
  describeContract({
    name: 'redis cluster',
    capabilities: clusterCapabilities,
    open: () => openRedis(cluster.url),
    opener: () => ({ module: new URL('contract-opener.ts', import.meta.url).href, options: cluster.url }),
    faults: {
      cutConnections: {
        present: true,
        inflict: async () => {
          await Promise.all(cluster.nodes.map(cutConnections));
        },
      },
      outage: {
        present: true,
        inflict: async () => {
          await Promise.all(cluster.nodes.map((node) => node.kill()));
          return {
            [Symbol.asyncDispose]: async () => {
              await Promise.all(cluster.nodes.map((node) => node.start()));
              await cluster.whole();
            },
          };
        },
      },
      loseGroup: {
        present: true,
        inflict: async (group) => {
          await using driver = await openRedis(cluster.url);
          await loseGroup(driver, cluster.masterOf, group);
        },
      },
    },
    close: async () => cluster[Symbol.asyncDispose](),
  });
});
