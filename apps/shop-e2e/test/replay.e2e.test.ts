import { requireOracle } from '@millrace/testing';
import { expect, test } from 'vitest';
import { onEachBackend } from '../src/backends.ts';
import { beginningOfRealFiles } from '../src/real-files.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

onEachBackend('a replay on', (backend) => {
  test.each([1_000_000, 100])('with an opening stock of %i agrees with the reference', async (stock) => {
    await using world = await World.create(backend, generated(11), { openingStock: stock });
    await using replay = world.start();
    await world.expectAgreement(replay);
    expect(replay.progress).not.toContain('starting it again');
  });

  test('that is complete shows its report again', async () => {
    await using world = await World.create(backend, generated(12));
    await using replay = world.start();
    await world.expectAgreement(replay);
    await using again = world.resume();
    const { code, output } = await again.ended();
    expect(code).toBe(0);
    expect(output).toMatch(/is complete; this is its report/);
    expect(output).toMatch(/Everything reconciles/);
  });
});

const withRealFiles = requireOracle();

withRealFiles('the beginning of the real files', () => {
  onEachBackend('on', (backend) => {
    test('agrees with the oracle', async () => {
      await using world = await World.create(backend, beginningOfRealFiles(30_000));
      await using replay = world.start();
      await world.expectAgreement(replay);
    });
  });
});
