import { setTimeout as lasting } from 'node:timers/promises';
import { requireOracle, requireService } from '@millrace/testing';
import {
  type ServerContainer,
  startKafkaContainer,
  startPostgresContainer,
  startRedisClusterContainers,
  startRedisContainer,
  startToxiproxy,
  type Toxiproxy,
} from '@millrace/testing/containers';
import { describe, test, vi } from 'vitest';
import { atShares } from '../src/at-shares.ts';
import { already } from '../src/backends.ts';
import { beginningOfRealFiles } from '../src/real-files.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

/** Longer than a lease, so that who is cut off loses what it owns. */
const pauseMs = 1_500;
const slowMs = 150;
/** Enough for faults to hit everything in motion. */
const rows = 8_000;

const withDocker = requireService('docker');
const withOracle = requireOracle();

// Hang limits: on a busy machine every start of a service takes seconds.
vi.setConfig({ testTimeout: 300_000 });

withDocker('the whole shop on containers', () => {
  describe('whose network is slow and cut, and whose server is paused and killed, loses and repeats nothing', () => {
    test('on Redis', () => troubled((behind) => startRedisContainer({ behind })));
    test('on Kafka', () => troubled((behind) => startKafkaContainer({ behind })));
  });

  test('loses and repeats nothing when the container of a Cluster master is killed', async () => {
    await using cluster = await startRedisClusterContainers();
    await using world = await World.create(already(cluster.url), generated(73, rows));
    await using replay = world.start();
    await atShares(replay, world, [0.4], async () => {
      const master = await cluster.masterOf('x{P0}');
      await master.kill();
      await replay.until('a replica that takes over', async () => {
        const next = await cluster.masterOf('x{P0}').catch(() => undefined);
        return next !== undefined && next !== master;
      });
      await master.start();
    });
    await world.expectAgreement(replay);
  });

  withOracle('with the beginning of the real files', () => {
    test('agrees with the oracle on PostgreSQL that is killed in the middle, twice', async () => {
      await using containers = new AsyncDisposableStack();
      const redis = containers.use(await startRedisContainer());
      const postgres = containers.use(await startPostgresContainer());
      await using world = await World.create(already(redis.url), beginningOfRealFiles(rows), {
        databaseUrl: postgres.url,
      });
      await using replay = world.start();
      await atShares(replay, world, [0.3, 0.7], async () => {
        await postgres.kill();
        await lasting(pauseMs);
        await postgres.start();
      });
      await world.expectAgreement(replay);
    });
  });
});

/** One fault after the other, each over before the next begins. */
async function troubled(
  start: (behind: Toxiproxy) => Promise<ServerContainer & { readonly url: string }>,
): Promise<void> {
  await using network = await startToxiproxy();
  await using server = await start(network);
  await using world = await World.create(already(server.url), generated(71, rows));
  await using replay = world.start();
  await atShares(replay, world, [0.15], async () => {
    await network.slowDown(slowMs);
    await lasting(pauseMs);
    await network.speedUp();
  });
  await atShares(replay, world, [0.35], async () => {
    await server.pause();
    await lasting(pauseMs);
    await server.resume();
  });
  await atShares(replay, world, [0.55], async () => {
    await server.kill();
    await server.start();
  });
  await atShares(replay, world, [0.75], async () => {
    await network.cut();
    await lasting(pauseMs);
    await network.mend();
  });
  await world.expectAgreement(replay);
}
