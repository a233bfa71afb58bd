import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packAll } from '../src/pack-all.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');

/** What a user does who has nothing but the tarballs: an empty project, outside the repository. */
describe('the packed packages, installed in an empty project', () => {
  let folder: string;
  let code: string;
  let output: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packed-'));
    const library = (await readFile(join(root, 'README.md'), 'utf8')).split('\n## The library\n')[1] ?? '';
    [code = '', output = ''] = [...library.matchAll(/^```(?:ts)?\n([\s\S]*?)^```$/gm)].map(
      ([, text]) => text ?? '',
    );
    await run('npx', ['tsc', '-b', 'libs/streams/embedded', 'libs/streams/redis'], { cwd: root });
    const files = await packAll(root, join(folder, 'tarballs'));
    const wanted = files.filter((file) => /streams-(embedded-)?\d/.test(basename(file)));
    expect(wanted).toHaveLength(2);
    await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted], { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const node = (file: string): Promise<{ readonly stdout: string }> =>
    run(process.execPath, ['--disable-warning=ExperimentalWarning', file], { cwd: folder });

  test('bring nothing along but what the library needs', async () => {
    const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: folder });
    expect(stdout).not.toMatch(/fastify|pg|pino|kysely|ioredis|kafkajs/);
  });

  test('compile and run the example of the README, which prints what the README says', async () => {
    await writeFile(join(folder, 'example.ts'), code);
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2025',
      '--lib',
      'es2025,esnext.disposable,dom',
    ];
    await run(join(root, 'node_modules/.bin/tsc'), [...options, 'example.ts'], { cwd: folder });
    expect((await node('example.ts')).stdout).toBe(output);
  });

  test('run from plain JavaScript, and say what to install for another backend', async () => {
    await writeFile(
      join(folder, 'plain.js'),
      `import { openStreams } from '@millrace/streams';
       await openStreams('redis://127.0.0.1:1').catch((error) => console.log(error.code, error.message));`,
    );
    const { stdout } = await node('plain.js');
    expect(stdout).toContain('UNSUPPORTED');
    expect(stdout).toContain('npm install @millrace/streams-redis');
  });
});
