import { join } from 'node:path';
import { mountSmallDisk, requireSmallDisk } from '@millrace/testing';
import { expect, test } from 'vitest';
import { openEmbedded } from '../src/index.ts';
import { record, stored, textOf } from './support/log.ts';

requireSmallDisk('a full disk', () => {
  test('refuses appends, loses nothing, and goes on once there is room', async () => {
    using disk = mountSmallDisk(12);
    await using driver = await openEmbedded(join(disk.folder, 'streams.db'));
    await driver.admin.ensureTopics([{ name: 'orders', partitions: 1 }]);
    await driver.append([record('first')], { acks: 'all' });
    disk.fill(400_000);
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
    disk.makeRoom();
    await publish('after');
    expect((await stored(driver)).map((each) => textOf(each).replaceAll('.', ''))).toEqual(kept);
  });
});
