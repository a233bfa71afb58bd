import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireService } from '@millrace/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { call } from './support/call.ts';
import { commandLine } from './support/start-command.ts';

let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-completion-'));
  url = `embedded:${join(folder, 'streams.db')}`;
  for (const topic of ['many', 'more', 'bull:orders:events'])
    await call(['topics', 'create', topic, '--url', url]);
  await call(['produce', 'many', 'x', '--url', url]);
  await call(['consume', 'many', '--group', 'mailer', '--url', url]);
  await call(['profiles', 'set', 'prod', 'redis://127.0.0.1:1'], {
    environment: { XDG_CONFIG_HOME: folder },
  });
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(
    join(bin, 'streams'),
    `#!/bin/sh\nexec ${commandLine.map((word) => `'${word}'`).join(' ')} "$@"\n`,
  );
  await chmod(join(bin, 'streams'), 0o755);
});

describe('what the command proposes', () => {
  const complete = async (...words: string[]): Promise<string[]> =>
    (
      await call(['--complete', ...words], { environment: { STREAMS_URL: url, XDG_CONFIG_HOME: folder } })
    ).stdout
      .split('\n')
      .slice(0, -1);

  it.each([
    [
      ['topics', 'de'],
      ['describe', 'delete'],
    ],
    [['consume', 'ma'], ['many']],
    [['consume', 'many', '--unt'], ['--until-end']],
    [['produce', 'many', '--acks', 'l'], ['leader']],
    [['lag', '--max-age', '30s', ''], ['mailer']],
    [['lag', 'mailer', 'ma'], ['mailer']],
    [['consume', 'many', '--group', 'm'], ['mailer']],
    [['topics', 'list', '--profile', 'p'], ['prod']],
    [['profiles', 'delete', ''], ['prod']],
    // The value of an option is no argument.
    [['consume', '--limit', '5', 'ma'], ['many']],
    [['groups', 'seek', '--topic', 'many', 'm'], ['mailer']],
    // A place is neither a topic nor a group.
    [['groups', 'seek', 'mailer', 'm'], []],
    [['range', 'many', '-', 'm'], []],
    [['consume', 'many', '--key', 'm'], []],
  ])('for %j is %j', async (words, candidates) => {
    expect(await complete(...words)).toEqual(candidates);
  });

  it('is asked of the backend that the words name', async () => {
    const asked = await call(['--complete', 'consume', '--url', url, 'mo'], {
      environment: { STREAMS_URL: 'redis://127.0.0.1:1' },
    });
    expect(asked.stdout).toBe('more\n');
  });
});

/** Programs for each shell that load its script and print what it makes of a line that is being typed. */
const shells = {
  bash: (line: string, script: string) => `${script}
    COMP_LINE=${quoted(line)} COMP_POINT=${line.length}
    _streams; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (line: string, script: string) => `compdef() { : }; compadd() { print -l -- "\${(@P)argv[-1]}" }
    ${script}
    line=${quoted(line)}; words=(\${(z)line}); [[ $line == *' ' ]] && words+=('')
    CURRENT=\${#words}; _streams`,
  fish: (line: string, script: string) => `${script}
    complete -C ${quoted(line)}`,
} as const;

const whenThere = { bash: describe, zsh: requireService('zsh'), fish: requireService('fish') } as const;

for (const shell of ['bash', 'zsh', 'fish'] as const)
  whenThere[shell](`in ${shell}`, () => {
    it('verbs, names and options are completed', async () => {
      const { stdout: script } = await call(['completion', shell]);
      const typed = async (line: string): Promise<string[]> => {
        const program = shells[shell](line, script);
        const { stdout } = await promisify(execFile)(shell, ['-c', program], {
          env: {
            ...process.env,
            PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
            STREAMS_URL: url,
            HOME: folder,
          },
        });
        return stdout.split('\n').slice(0, -1);
      };
      expect(await typed('streams topics de')).toEqual(expect.arrayContaining(['describe', 'delete']));
      expect(await typed(`streams consume --url ${url} mo`)).toEqual(['more']);
      expect(await typed('streams consume many --unt')).toEqual(['--until-end']);
      // Bash takes the part after the last colon for the word, the others the whole.
      expect(await typed('streams consume bull:or')).toEqual([
        shell === 'bash' ? 'orders:events' : 'bull:orders:events',
      ]);
    });
  });

function quoted(text: string): string {
  return `'${text}'`;
}
