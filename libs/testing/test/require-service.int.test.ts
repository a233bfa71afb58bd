import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';

const root = new URL('../../..', import.meta.url).pathname;
const fixtures = new URL('./fixtures', import.meta.url).pathname;

async function runFixture(state: string): Promise<{ readonly passed: boolean; readonly output: string }> {
  const command = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--root', fixtures];
  const environment = { ...process.env, FIXTURE_STATE: state };
  const { stdout, code } = await promisify(execFile)(process.execPath, command, { env: environment }).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
  );
  return { passed: code === 0, output: stripVTControlCharacters(stdout) };
}

it('runs the tests when the server is there', async () => {
  const { passed, output } = await runFixture('available');
  expect(passed).toBe(true);
  expect(output).toMatch(/Tests\s+3 passed \| 1 skipped/);
});

it('skips them all and says why at the end when it is not', async () => {
  const { passed, output } = await runFixture('skip');
  expect(passed).toBe(true);
  expect(output).toMatch(/Tests\s+1 passed \| 3 skipped/);
  expect(output).toMatch(/Skipped:\n {2}2 tests: server: not here\n {2}1 test: as the test says\n/);
});

it('fails when it is required', async () => {
  const { passed, output } = await runFixture('fail');
  expect(passed).toBe(false);
  expect(output).toMatch(/Tests\s+1 failed \| 1 passed \| 1 skipped/);
});
