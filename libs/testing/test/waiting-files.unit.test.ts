import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waiting } from '../src/waiting-files.ts';

const root = join(import.meta.dirname, '../../..');

test('the files that wait are there, each once', () => {
  expect(waiting.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(new Set(waiting).size).toBe(waiting.length);
});
