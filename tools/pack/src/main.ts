import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll, packed } from './pack-all.ts';
import { packInto } from './packed-once.ts';

const root = resolve(import.meta.dirname, '../../..');
const { into } = parseArgs({ options: { into: { type: 'string' } } }).values;
// What sources that are gone once became must not be published. Tests pack elsewhere, while others use what is built.
if (into === undefined)
  for (const folder of packed) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-b', ...packed], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  const files =
    into === undefined ? packAll(root, join(root, 'dist/packages')) : packInto(root, resolve(root, into));
  for (const file of await files) console.log(file);
} else {
  process.exitCode = 1;
}
