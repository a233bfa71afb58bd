import { requireOracle } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { backends } from '../src/backends.ts';
import { beginningOfRealFiles } from '../src/real-files.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

describe.each(backends)('a replay on $name', (backend) => {
  test.each([1_000_000, 100])('with an opening stock of %i agrees with the reference', async (stock) => {
    await using world = await World.create(backend, generated(11), stock);
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
  test.each(backends)('agrees with the oracle on $name', async (backend) => {
    await using world = await World.create(backend, beginningOfRealFiles(30_000));
    await using replay = world.start();
    await world.expectAgreement(replay);
  });
});
