import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryPoints } from '../src/api/entry-points.ts';
import { reportOf } from '../src/api/report.ts';
import { differenceFrom } from '../src/api/reports.ts';
import { root } from './run.ts';

const declarations = `
/** Only reached through a function: a user depends on it all the same. */
interface Size {
  readonly bytes: number;
}
export declare function sizeOf(text: string): Size;
`;
let folder: string;

beforeAll(async () => {
  // Inside the workspace, where the types of Node are found.
  folder = await mkdtemp(join(import.meta.dirname, 'api-'));
  await writeFile(
    join(folder, 'package.json'),
    '{ "name": "measured", "version": "1.0.0", "type": "module" }',
  );
  await writeFile(join(folder, 'index.d.ts'), declarations);
  await writeFile(join(folder, 'report.md'), reportOf(measured()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a report has what is exported and the types that it uses', () => {
  expect(reportOf(measured())).toContain('export function sizeOf(text: string): Size;');
  expect(reportOf(measured())).toContain('readonly bytes: number;');
  expect(differenceFrom(folder, 'report.md', reportOf(measured()))).toBe('');
});

test('a change of a type that an export uses differs from the report, line by line', async () => {
  await writeFile(join(folder, 'index.d.ts'), declarations.replace('number', 'bigint'));
  const difference = differenceFrom(folder, 'report.md', reportOf(measured()));
  expect(difference).toMatch(/^report.md\n/);
  expect(difference).toContain('\n-    readonly bytes: number;\n+    readonly bytes: bigint;\n');
});

test('a report that is missing differs', () => {
  expect(differenceFrom(folder, 'absent.md', reportOf(measured()))).toContain('+export function sizeOf');
});

test('declarations that do not compile are no API', async () => {
  await writeFile(join(folder, 'index.d.ts'), 'export declare const size: Absent;');
  expect(() => reportOf(measured())).toThrow('Absent');
});

test('every entry of `exports` has a report of its own', () => {
  const entries = entryPoints(root);
  expect(entries.map(({ specifier }) => specifier)).toContain('@millrace/streams/driver');
  expect(new Set(entries.map(({ report }) => report)).size).toBe(entries.length);
});

function measured(): Parameters<typeof reportOf>[0] {
  return {
    folder,
    specifier: 'measured',
    declarations: join(folder, 'index.d.ts'),
    report: 'report.md',
  };
}
