import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dataDirProblem } from '../../src/config/data-dir.ts';

const root = mkdtempSync(join(tmpdir(), 'data-dir-'));
afterAll(() => rmSync(root, { recursive: true }));

it('is made with the folders above it', () => {
  const folder = join(root, 'some/where');
  expect(dataDirProblem(folder)).toBeUndefined();
  expect(existsSync(folder)).toBe(true);
  expect(dataDirProblem(folder)).toBeUndefined();
});

it('cannot be a file, nor lie below one', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(dataDirProblem(file)).toBe('is no folder');
  expect(dataDirProblem(join(file, 'below'))).toBe('is no folder');
});

it.runIf(process.platform === 'linux')('is refused at once where nothing can be made', () => {
  expect(dataDirProblem('/proc/millrace/data')).toMatch(/^cannot be used: ENOENT/);
});
