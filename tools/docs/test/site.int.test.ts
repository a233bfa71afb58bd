import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiModules } from '../src/api-modules.ts';

const root = join(import.meta.dirname, '../../..');

describe('the documentation as a site', () => {
  let site: string;

  // Fails on a dead link, in the reference of the API as well.
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), 'site-'));
    await promisify(execFile)('npm', ['run', '--silent', 'docs:build', '--', '--outDir', site], {
      cwd: root,
    });
  });
  afterAll(() => rm(site, { recursive: true, force: true }));

  const page = (path: string): Promise<string> => readFile(join(site, `${path}.html`), 'utf8');

  it('has what the Markdown says', async () => {
    expect(await page('index')).toContain('learn by repairing');
    expect(await page('reference/events')).toContain('PaymentRequested');
    expect(await page('reference/streams')).toContain('dead-letters redrive');
  });

  it('has the same as plain Markdown, and llms.txt that leads to all of it', async () => {
    const list = await readFile(join(site, 'llms.txt'), 'utf8');
    const named = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    for (const target of named)
      expect(await readFile(join(site, target), 'utf8'), target).toBe(
        await readFile(join(root, 'docs', target), 'utf8'),
      );
    const written = globSync('**/*.md', { cwd: join(root, 'docs') }).filter(
      (path) => !/^(README\.md|decisions\/|performance\/2|reference\/api\/)/.test(path),
    );
    expect(written.filter((path) => !named.includes(path))).toEqual([]);
  });

  it('has a page for every library, and for what each exports', async () => {
    const modules = apiModules(root);
    expect(modules.map(({ specifier }) => specifier)).toContain('@millrace/streams/driver');
    for (const { specifier } of modules) {
      const index = await page(`reference/api/${specifier}/index`);
      expect(index, specifier).toContain(specifier);
    }
    const opening = await page('reference/api/@millrace/streams/functions/openStreams');
    expect(opening).toContain('Opens the backend that the URL names');
  });
});
