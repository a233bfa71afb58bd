import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mark = 'MILLRACE_TEST_FOLDER';
const before = process.env['TMPDIR'];
let made: string | undefined;

/** All that a run makes in the folder for temporary files lies in one folder of its own, which goes with the run. */
export function setup(): void {
  // Each project of the run comes here; the first one makes the folder for all.
  if (process.env[mark] !== undefined) return;
  made = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
  chmodSync(made, 0o711);
  Object.assign(process.env, { [mark]: made, TMPDIR: made });
}

export function teardown(): void {
  if (made === undefined) return;
  // What a file of tests makes goes with the file: something is left where its process was killed.
  const left = readdirSync(made);
  if (left.length > 0) console.log(`Left among the temporary files by a file of tests: ${left.join(', ')}`);
  rmSync(made, { recursive: true, force: true, maxRetries: 3 });
  delete process.env[mark];
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
}
