import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

it('the documentation builds as a site, without a dead link', async () => {
  const site = await mkdtemp(join(tmpdir(), 'site-'));
  await promisify(execFile)('npx', ['vitepress', 'build', 'docs', '--outDir', site], { cwd: root });
  expect(await readFile(join(site, 'index.html'), 'utf8')).toContain('learn by repairing');
  expect(await readFile(join(site, 'reference/events.html'), 'utf8')).toContain('PaymentRequested');
});
