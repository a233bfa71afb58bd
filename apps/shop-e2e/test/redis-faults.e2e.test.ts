import { requireService, startRedis, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import { atShares } from '../src/at-shares.ts';
import { already } from '../src/backends.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const withRedis = requireService('redis');

withRedis('a replay whose Redis', () => {
  test('is killed in the middle, twice, and comes back loses and repeats nothing', async () => {
    await using server = await startRedis();
    await using world = await World.create(already(server.url), generated(61));
    await using replay = world.start();
    await atShares(replay, world, [0.25, 0.6], async () => {
      await server.kill();
      await server.start();
    });
    await world.expectAgreement(replay);
  });

  test('is a Cluster, of which a master is killed in the middle, loses and repeats nothing', async () => {
    await using cluster = await startRedisCluster();
    await using world = await World.create(already(cluster.url), generated(62));
    await using replay = world.start();
    await atShares(replay, world, [0.4], async () => {
      const key = 'x{P0}';
      const master = await cluster.masterOf(key);
      await master.kill();
      await replay.until('a replica that takes over', async () => {
        const next = await cluster.masterOf(key).catch(() => undefined);
        return next !== undefined && next !== master;
      });
      await master.start();
    });
    await world.expectAgreement(replay);
    expect((await cluster.masterOf('x{P0}')).port).toBeGreaterThan(0);
  });
});
