import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStreams } from '@millrace/streams';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ending, Program } from '../src/program.ts';
import { serviceProgram } from '../src/workspace.ts';

const noDatabase = Buffer.alloc(20_000, 'no database');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['payment', 'streams.db'],
  ['database', 'database.db'],
  ['crm', 'crm.db'],
])('%s says that its %s is damaged, ends once and leaves it as it is', async (service, name) => {
  const file = join(folder, name);
  writeFileSync(file, noDatabase);
  expectRefusal(await start(service), [file, 'damaged', 'restore a backup']);
  expect(readFileSync(file).equals(noDatabase)).toBe(true);
});

test('a log of a newer release is refused with the reason and left as it is', async () => {
  const file = join(folder, 'streams.db');
  await (await openStreams(`embedded:${file}`))[Symbol.asyncDispose]();
  changeVersion(file, 'PRAGMA user_version = 99');
  expectRefusal(await start('payment'), [file, 'newer release', 'upgrade']);
  expect(changeVersion(file, 'PRAGMA user_version')).toEqual({ user_version: 99 });
});

function start(service: string): Promise<Ending> {
  const environment = { STREAMS_URL: '', DATA_DIR: folder, PORT: '0' };
  return new Program(serviceProgram(service), [], environment).ended;
}

function expectRefusal({ code, output, errors }: Ending, parts: readonly string[]): void {
  expect(code, errors + output).toBe(1);
  const fatal = (output + errors).split('\n').filter((line) => line.includes('cannot start'));
  expect(fatal).toHaveLength(1);
  for (const part of parts) expect(fatal[0]).toContain(part);
}

function changeVersion(file: string, statement: string): unknown {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(statement).get();
  } finally {
    database.close();
  }
}
