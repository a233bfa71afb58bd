import { requireService, startRedis, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import { already } from '../src/backends.ts';
import { killEveryService } from '../src/kill-every-service.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const withRedis = requireService('redis');

withRedis('a replay whose Redis', () => {
  test('is killed in the middle, as is every service, loses and repeats nothing', async () => {
    await using server = await startRedis();
    await using world = await World.create(already(server.url), generated(61));
    await killEveryService(world, 61, async () => {
      await server.kill();
      await server.start();
    });
  });

  test('is a Cluster, of which a master is killed in the middle, as is every service, loses and repeats nothing', async () => {
    await using cluster = await startRedisCluster();
    await using world = await World.create(already(cluster.url), generated(62));
    const key = 'x{P0}';
    await killEveryService(world, 62, async (replay) => {
      const master = await cluster.masterOf(key);
      await master.kill();
      await replay.until('a replica that takes over', async () => {
        const next = await cluster.masterOf(key).catch(() => undefined);
        return next !== undefined && next !== master;
      });
      await master.start();
    });
    expect((await cluster.masterOf(key)).port).toBeGreaterThan(0);
  });
});
