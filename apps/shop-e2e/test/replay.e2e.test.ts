import { expect, test } from 'vitest';
import { onEachBackend, onOneBackend } from '../src/backends.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

onEachBackend('a replay on', (backend) => {
  test('agrees with the reference when orders wait for stock, and shows its report again', async () => {
    await using world = await World.create(backend, generated(11));
    await using replay = world.start();
    await world.expectAgreement(replay);
    expect(replay.progress).not.toContain('starting it again');
    await using again = world.resume();
    const { code, output } = await again.ended();
    expect(code).toBe(0);
    expect(output).toMatch(/is complete; this is its report/);
    expect(output).toMatch(/Everything reconciles/);
  });
});

onOneBackend('a replay on', (backend) => {
  test('agrees with the reference when there is stock for everything', async () => {
    await using world = await World.create(backend, generated(12), { openingStock: 1_000_000 });
    await using replay = world.start();
    await world.expectAgreement(replay);
    expect(replay.progress).not.toContain('starting it again');
  });
});
