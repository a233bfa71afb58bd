import { test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { killEveryService } from '../src/kill-every-service.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

// On Redis, on its Cluster and on Kafka the server is killed too: redis-faults and kafka-faults.
onOneBackend('on', (backend) => {
  test.each([21, 22])(
    'every service is killed at some moment (seed %i) and nothing is lost or repeated',
    async (seed) => {
      await using world = await World.create(backend, generated(seed));
      await killEveryService(world, seed);
    },
  );
});
