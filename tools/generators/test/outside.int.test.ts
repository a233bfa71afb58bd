import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverTemplate } from '../src/driver/generator.ts';
import { renderTemplate } from '../src/template.ts';
import { root, run, runWell } from './run.ts';

const vitestConfig = `
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 120_000, maxConcurrency: 4, execArgv: ['--disable-warning=ExperimentalWarning'] },
});
`;

const compilerOptions = {
  ...{ target: 'es2024', module: 'nodenext', lib: ['es2025', 'esnext.disposable'], types: ['node'] },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  ...{ allowImportingTsExtensions: true, noEmit: true, skipLibCheck: true },
};

/** What an author does who has nothing but the packed library: a folder outside the repository. */
describe('a driver in a folder of its own', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outside-'));
    for (const { path, text } of renderTemplate(driverTemplate, 'pigeon')) await write(path, text);
    await write('package.json', '{ "name": "streams-pigeon", "private": true, "type": "module" }');
    await write('vitest.config.ts', vitestConfig);
    await write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src', 'test'] }));
    await runWell('npm', ['run', 'pack', '--silent', '--', '--into', join(folder, 'tarballs')]);
    const tarballs = globSync('tarballs/millrace-streams-{0,contract}*.tgz', { cwd: folder });
    expect(tarballs).toHaveLength(2);
    const versions = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).devDependencies;
    const others = ['vitest', '@types/node'].map((name) => `${name}@${versions[name]}`);
    const parameters = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier'];
    await runWell('npm', [...parameters, ...tarballs.map((path) => `./${path}`), ...others], folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  async function contract(pattern?: string): Promise<Report> {
    const only = pattern === undefined ? [] : ['--testNamePattern', pattern];
    const vitest = [join(folder, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json'];
    await run(process.execPath, [...vitest, '--outputFile=report.json', ...only], folder);
    const report: VitestReport = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    return {
      passed: report.numPassedTests,
      failed: tests
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join('\n')}`),
      skipped: report.numPendingTests,
    };
  }

  test('compiles', async () => {
    await runWell(join(root, 'node_modules/.bin/tsc'), ['-p', '.'], folder);
  });

  test('passes the contract suite, but for the faults that its backend cannot have', {
    timeout: 600_000,
  }, async () => {
    const { passed, failed, skipped } = await contract();
    expect(failed, failed.join('\n')).toEqual([]);
    expect(passed).toBeGreaterThan(200);
    expect(skipped).toBe(4);
  });

  test('is found out when it lets an old owner commit', async () => {
    const file = 'src/server/partitioned-group.ts';
    const code = await readFile(join(folder, file), 'utf8');
    const broken = code.replace(
      'slot?.owner !== undefined && slot.epoch === epoch',
      'slot?.owner !== undefined',
    );
    expect(broken).not.toBe(code);
    await write(file, broken);
    const { failed } = await contract('refuses the commit of a member whose thread was blocked');
    expect(failed).toEqual([
      expect.stringContaining('fencing refuses the commit of a member whose thread was blocked'),
    ]);
  });
});

interface Report {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: number;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}
