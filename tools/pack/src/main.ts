import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll, published } from './pack-all.ts';

const root = resolve(import.meta.dirname, '../../..');
const { into } = parseArgs({ options: { into: { type: 'string' } } }).values;
// What sources that are gone once became must not be published. Tests pack elsewhere, while others use what is built.
if (into === undefined)
  for (const folder of published) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-b', ...published], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  for (const file of await packAll(root, resolve(root, into ?? 'dist/packages'))) console.log(file);
} else {
  process.exitCode = 1;
}
