import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lookAtFile } from '../../src/run/input-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('tells a changed file from the same one', async () => {
  const file = join(temporaryFolder(), 'sales.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  const before = await lookAtFile(file, 'sales file');
  expect(await lookAtFile(file, 'sales file')).toEqual(before);
  appendFileSync(file, '3,4\n');
  const after = await lookAtFile(file, 'sales file');
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(after.bytes).toBe(12);
});

test('says what is wrong with a file', async () => {
  const folder = temporaryFolder();
  const empty = join(folder, 'empty.csv');
  writeFileSync(empty, '');
  await expect(lookAtFile(join(folder, 'none.csv'), 'sales file')).rejects.toThrow(
    /there is no sales file .*none\.csv/,
  );
  await expect(lookAtFile(join(empty, 'x'), 'sales file')).rejects.toThrow(/there is no sales file/);
  await expect(lookAtFile(folder, 'sales file')).rejects.toThrow(/is a folder/);
  await expect(lookAtFile(empty, 'sales file')).rejects.toThrow(/is empty/);
  await expect(lookAtFile('/dev/null', 'access log')).rejects.toThrow(/no regular file/);
});

test.skipIf(process.platform === 'win32')(
  'does not wait for somebody to write into a named pipe',
  async () => {
    const pipe = join(temporaryFolder(), 'sales.csv');
    execFileSync('mkfifo', [pipe]);
    await expect(lookAtFile(pipe, 'sales file')).rejects.toThrow(/no regular file/);
  },
);
