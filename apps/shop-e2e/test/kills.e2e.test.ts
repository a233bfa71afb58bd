import { test } from 'vitest';
import { onEveryBackend } from '../src/backends.ts';
import { killEveryService } from '../src/kill-every-service.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

onEveryBackend('on', (backend, index) => {
  // Other files and moments on each backend: together they see more.
  const seed = 21 + index;
  test(`every service is killed at some moment (seed ${seed}) and nothing is lost or repeated`, async () => {
    await using world = await World.create(backend, generated(seed));
    await killEveryService(world, seed);
  });
});
