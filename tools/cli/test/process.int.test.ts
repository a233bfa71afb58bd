import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { verbs } from '../src/verbs.ts';
import { call } from './support/call.ts';
import { startCommand } from './support/start-command.ts';

const folder = await mkdtemp(join(tmpdir(), 'streams-process-'));
const url = `embedded:${join(folder, 'streams.db')}`;

describe('the command as a process', () => {
  it('ends quietly when whoever reads its output has enough', async () => {
    await call(['topics', 'create', 'many', '--url', url]);
    const lines = Array.from({ length: 30_000 }, (_, index) => `value number ${index}\n`).join('');
    await call(['produce', 'many', '--quiet', '--url', url], { input: lines });
    const { child } = startCommand(['consume', 'many', '--url', url], folder);
    const errors = text(child.stderr);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: '' });
  });

  it('follows until it is stopped', async () => {
    await call(['topics', 'create', 'news', '--url', url]);
    const { child } = startCommand(['consume', 'news', '--follow', '--values', '--url', url], folder);
    const exit = once(child, 'exit');
    await call(['produce', 'news', 'flash', '--url', url]);
    const [chunk] = await once(child.stdout, 'data');
    expect(String(chunk)).toBe('flash\n');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('says 2 for wrong usage, on standard error', async () => {
    for (const line of [
      ['bogus'],
      ['topics'],
      ['consume'],
      ['produce', 'x', '--acks', 'some'],
      ['topics', 'list', 'x'],
    ]) {
      const { code, stdout, stderr } = await call([...line]);
      expect({ code, stdout }, line.join(' ')).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    }
    expect(await call(['topics', 'list', '--url', 'rabbit://ann:hunter2@host'])).toMatchObject({
      code: 2,
      stderr: expect.not.stringContaining('hunter2'),
    });
  });

  it('completes verbs, options, choices and names', async () => {
    const complete = async (...words: string[]): Promise<string[]> =>
      (await call(['--complete', ...words], { environment: { STREAMS_URL: url } })).stdout
        .split('\n')
        .slice(0, -1);
    expect(await complete('topics', 'de')).toEqual(['describe', 'delete']);
    expect(await complete('consume', 'ma')).toEqual(['many']);
    expect(await complete('consume', 'many', '--unt')).toEqual(['--until-end']);
    expect(await complete('produce', 'many', '--acks', 'l')).toEqual(['leader']);
  });

  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const { code, stdout } = await call(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('streams --complete');
    if (shell !== 'bash') return;
    // What bash makes of it.
    const script = `streams() { [ "$1" = --complete ] && echo "got $*" >&2; echo topics; }
${stdout}
COMP_WORDS=(streams to); COMP_CWORD=1; _streams 2>/dev/null; echo "\${COMPREPLY[0]}"`;
    const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toBe('topics\n');
  });

  it('keeps profiles without a password, and finds it in the environment', async () => {
    const environment = { XDG_CONFIG_HOME: folder };
    const refused = await call(['profiles', 'set', 'prod', 'redis://ann:hunter2@127.0.0.1:1'], {
      environment,
    });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-variable') });
    expect(refused.stdout + refused.stderr).not.toContain('hunter2');
    await call(['profiles', 'set', 'prod', 'redis://ann@127.0.0.1:1', '--password-variable', 'PROD'], {
      environment,
    });
    const file = join(folder, 'millrace', 'profiles.json');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect((await call(['profiles', 'list'], { environment })).stdout).toMatch(
      /prod +redis:\/\/ann@127.0.0.1:1 +- +PROD/,
    );
    const away = await call(['topics', 'list', '--profile', 'prod'], {
      environment: { ...environment, PROD: 'hunter2' },
    });
    expect(away.code).toBe(1);
    expect(away.stdout + away.stderr).not.toContain('hunter2');
    await writeFile(file, JSON.stringify({ prod: { url: 'redis://ann:hunter2@h' } }));
    const found = await call(['topics', 'list', '--profile', 'prod'], { environment });
    expect(found).toMatchObject({ code: 2, stderr: expect.not.stringContaining('hunter2') });
    await call(['profiles', 'delete', 'prod'], { environment }).catch(() => undefined);
  });

  it('describes itself as JSON, with a schema for each verb', async () => {
    const { stdout } = await call(['--help-json']);
    const help = JSON.parse(stdout) as { verbs: { name: string; output: { type: string } }[] };
    expect(help.verbs.map(({ name }) => name)).toEqual(verbs.map(({ name }) => name));
    for (const verb of help.verbs) expect(verb.output, verb.name).toMatchObject({ type: 'object' });
  });

  it('every example names a verb and options that there are', async () => {
    for (const { examples } of verbs) {
      for (const { command } of examples) {
        const first = command.replace(/^source <\((.*)\)$/, '$1').split(/ [|<>] /)[0] ?? '';
        const words = first.split(' ').slice(1);
        const verb = verbs.find(({ name }) => words.slice(0, name.split(' ').length).join(' ') === name);
        expect(verb, command).toBeDefined();
        const known = [
          ...(verb?.options ?? []).map(({ flags }) => flags),
          '-u, --url',
          '--json',
          '--profile',
        ].join(' ');
        for (const word of words.filter((each) => /^--?[a-z]/.test(each)))
          expect(known, command).toMatch(new RegExp(`(^|[ ,])${word}\\b`));
      }
    }
  });

  it('shows the commands of Redis, Kafka and its own side by side', async () => {
    const { stdout } = await call(['cheat', 'pending']);
    expect(stdout).toContain('XPENDING');
    expect(stdout).toContain('streams groups pending');
    expect((await call(['cheat', 'zebra'])).code).toBe(1);
  });

  it('writes no table and no message into JSON', async () => {
    const { stdout } = await call(['topics', 'list', '--json', '--url', url]);
    for (const line of stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('schema', 'topics.list/1');
    expect(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')).toContain(
      '"streams": "./bin/streams.js"',
    );
  });
});
