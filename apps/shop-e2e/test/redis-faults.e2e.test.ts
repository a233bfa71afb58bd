import { requireService, startRedis, startRedisCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import type { Backend } from '../src/backends.ts';
import { decided } from '../src/records.ts';
import type { Replay } from '../src/replay.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const withRedis = requireService('redis');

withRedis('a replay whose Redis', () => {
  test('is killed in the middle, twice, and comes back loses and repeats nothing', async () => {
    await using server = await startRedis();
    await using world = await World.create(already(server.url), generated(61));
    await using replay = world.start();
    await at(replay, world, [0.25, 0.6], async () => {
      await server.kill();
      await server.start();
    });
    await world.expectAgreement(replay);
  });

  test('is a Cluster, of which a master is killed in the middle, loses and repeats nothing', async () => {
    await using cluster = await startRedisCluster();
    await using world = await World.create(already(cluster.url), generated(62));
    await using replay = world.start();
    await at(replay, world, [0.4], async () => {
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

/** A backend that runs by now and that the test ends. */
function already(url: string): Backend {
  return { name: url, open: async () => ({ url, [Symbol.asyncDispose]: async () => undefined }) };
}

/** Does it whenever such a share of the payments is decided. */
async function at(
  replay: Replay,
  world: World,
  shares: readonly number[],
  inflict: () => Promise<void>,
): Promise<void> {
  await using streams = await replay.openStreams();
  const payments = await world.payments();
  for (const share of shares) {
    await decided(replay, streams, share * payments);
    await inflict();
  }
}
