import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedded } from '../src/index.ts';
import { record, stored, textOf } from './support/log.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

test('a full disk refuses appends, loses nothing, and goes on once there is room', async ({ skip }) => {
  if (!canMount) skip('making a small disk takes root on Linux');
  const walSync = mkdtempSync(join(tmpdir(), 'embedded-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', walSync]);
  } catch {
    skip('this machine does not allow mounting a small disk');
  }
  try {
    await fillAndFree(walSync);
  } finally {
    execFileSync('umount', ['-l', walSync]);
    rmSync(walSync, { recursive: true, force: true });
  }
});

async function fillAndFree(walSync: string): Promise<void> {
  await using driver = await openEmbedded(join(walSync, 'streams.db'));
  await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
  await driver.append([record('first')], { acks: 'all' });
  const free = statfsSync(walSync);
  const filler = join(walSync, 'filler');
  writeFileSync(filler, Buffer.alloc((free.bavail - 100) * free.bsize));
  const kept: string[] = ['first'];
  const publish = async (value: string) => {
    await driver.append([record(value.padEnd(100_000, '.'))], { acks: 'all' });
    kept.push(value);
  };
  const refused = (async () => {
    for (let number = 0; number < 200; number++) await publish(`n${number}`);
  })();
  await expect(refused).rejects.toMatchObject({ code: 'STORAGE_FULL', retryable: true });
  expect((await stored(driver)).map((each) => textOf(each).replaceAll('.', ''))).toEqual(kept);
  rmSync(filler);
  await publish('after');
  expect((await stored(driver)).map((each) => textOf(each).replaceAll('.', ''))).toEqual(kept);
}
