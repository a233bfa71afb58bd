import { requireService, startKafka, startKafkaCluster } from '@millrace/testing';
import { expect, test } from 'vitest';
import { atShares } from '../src/at-shares.ts';
import { already } from '../src/backends.ts';
import { killEveryService } from '../src/kill-every-service.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const withKafka = requireService('kafka');
/** Enough for a fault to hit everything in motion. */
const rows = 8_000;

withKafka('a replay whose Kafka', () => {
  test('is a lone broker that is killed in the middle, as is every service, loses and repeats nothing', async () => {
    await using server = await startKafka();
    await using world = await World.create(already(server.url), generated(71, rows));
    await killEveryService(world, 71, async () => {
      await server.kill();
      await server.start();
    });
  });

  test('is three brokers, of which one is killed in the middle for good, loses and repeats nothing', async () => {
    await using cluster = await startKafkaCluster();
    const [victim] = cluster.nodes;
    await using world = await World.create(already(cluster.url), generated(72, rows));
    await using replay = world.start();
    await atShares(replay, world, [0.4], async () => victim?.kill());
    await world.expectAgreement(replay);
    expect(replay.progress).not.toContain('starting it again');
  });
});
