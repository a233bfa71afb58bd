import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { packAll, published } from './pack-all.ts';

const root = resolve(import.meta.dirname, '../../..');
const { status } = spawnSync('tsc', ['-b', ...published], { cwd: root, stdio: 'inherit' });
if (status === 0) {
  for (const file of await packAll(root, resolve(root, 'dist/packages'))) console.log(file);
} else {
  process.exitCode = 1;
}
