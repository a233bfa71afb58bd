import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { published } from '../pack-all.ts';
import { checkReports, writeReports } from './reports.ts';

const root = resolve(import.meta.dirname, '../../../..');
const { status } = spawnSync('tsc', ['-b', ...published], { cwd: root, stdio: 'inherit' });
if (status !== 0) {
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  const differences = checkReports(root);
  for (const difference of differences) console.error(difference);
  if (differences.length > 0) {
    console.error(
      'The public API is not what its reports say. If the change is meant, run `npm run api` and commit what it writes.',
    );
    process.exitCode = 1;
  }
} else {
  for (const path of writeReports(root)) console.log(path);
}
