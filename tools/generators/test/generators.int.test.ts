import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from './run.ts';
import { copyWorkspace, type WorkspaceCopy } from './workspace-copy.ts';

/** What a developer does who makes a service and a driver: all their targets and the checks of the workspace pass at once. */
describe('what the generators make', () => {
  let workspace: WorkspaceCopy;

  beforeAll(async () => {
    workspace = await copyWorkspace();
    await workspace.run('npx', 'nx', 'g', 'service', 'gift-cards', '--skipInstall');
    await workspace.run('npx', 'nx', 'g', 'driver', 'carrier-pigeon', '--skipInstall');
    await workspace.link('@millrace/gift-cards', 'apps/gift-cards');
    await workspace.link('@millrace/streams-carrier-pigeon', 'libs/streams/carrier-pigeon');
  });
  afterAll(() => workspace[Symbol.asyncDispose]());

  test('fits into the lock file', async () => {
    await workspace.run(
      'npm',
      'install',
      '--package-lock-only',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    );
    const lock = await readFile(join(workspace.folder, 'package-lock.json'), 'utf8');
    expect(lock).toContain('"apps/gift-cards"');
    expect(lock).toContain('"libs/streams/carrier-pigeon"');
  });

  test('passes types and lint, and the tests of the service', async () => {
    const projects = 'gift-cards,streams-carrier-pigeon';
    await workspace.run('npx', 'nx', 'run-many', '-t', 'typecheck', 'lint', '-p', projects);
    await workspace.run('npx', 'nx', 'test', 'gift-cards');
  });

  test('has a driver that keeps the contract', async () => {
    // All of the suite runs in a folder outside the workspace; here it is enough that the target runs it.
    const output = await workspace.run('npx', 'nx', 'test', 'streams-carrier-pigeon', '--', '-t', 'a lease');
    expect(output).toMatch(/Tests .*[1-9]\d* passed/);
  });

  test.each([
    ['boundaries', 'npm run --silent boundaries'],
    ['unused code', 'npm run --silent unused'],
    ['duplicate code', 'npm run --silent duplicates'],
  ])('breaks no rule of the workspace: %s', async (_, command) => {
    const { code, output } = await run('bash', ['-c', command], workspace.folder);
    expect(output).not.toMatch(/gift-cards|carrier-pigeon/);
    // 1 is for what is wrong elsewhere, which is not the generators' to mend.
    expect(code).toBeLessThanOrEqual(1);
  });

  test('has a port of its own and stands in the README', async () => {
    const read = (path: string): Promise<string> => readFile(join(workspace.folder, path), 'utf8');
    const [, port = ''] = /port: (\d+)/.exec(await read('apps/gift-cards/src/app.ts')) ?? [];
    expect(Number(port)).toBeGreaterThan(4008);
    expect(await read('README.md')).toContain(`\n| gift-cards | ${port} | `);
    expect(await read('libs/streams/carrier-pigeon/src/client/open.ts')).toContain(
      'function openCarrierPigeon(',
    );
  });

  test('is never written over', async () => {
    await expect(workspace.run('npx', 'nx', 'g', 'service', 'payment')).rejects.toThrow(
      'apps/payment is there already',
    );
    await expect(workspace.run('npx', 'nx', 'g', 'driver', 'Redis')).rejects.toThrow('does not match');
  });
});
