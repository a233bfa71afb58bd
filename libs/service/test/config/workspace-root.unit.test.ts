import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workspaceRoot } from '../../src/index.ts';

it('is the workspace around any folder in it', () => {
  const root = workspaceRoot(import.meta.dirname);
  expect(existsSync(join(root, 'nx.json'))).toBe(true);
  expect(workspaceRoot(root)).toBe(root);
});

it('is the folder itself where there is no workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'no-workspace-'));
  expect(workspaceRoot(folder)).toBe(folder);
});
