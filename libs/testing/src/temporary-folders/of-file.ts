import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** What a file of tests and its processes make in the folder for temporary files goes when its last hook has run. */
const run = process.env['MILLRACE_TEST_FOLDER'];
if (run !== undefined) {
  const folder = mkdtempSync(join(run, 'file-'));
  // A server that must not run as root comes to its own folder through it.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  afterAll(() => {
    process.env['TMPDIR'] = run;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
}
