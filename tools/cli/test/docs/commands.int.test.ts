import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireService, runKcat, startKafka, startRedis } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startedOnce } from '../support/backends.ts';
import { call } from '../support/call.ts';
import { type CommandBlock, commandBlocks, shellWords, streamsCommand } from './commands.ts';
import { elsewhere } from './elsewhere.ts';
import { pages, root } from './pages.ts';
import { setStage } from './stage.ts';

/** Their commands are run as one session each, with their output compared, but for what is marked. */
const followed: readonly string[] = ['docs/getting-started.md', 'docs/tutorial.md'];

const blocks: readonly CommandBlock[] = pages().flatMap((page) =>
  commandBlocks(
    followed.includes(page.path)
      ? { ...page, blocks: page.blocks.filter(({ marks }) => marks.includes('not-run')) }
      : page,
  ),
);
const all: readonly string[] = blocks.flatMap(({ commands }) => commands);
const isElsewhere = (command: string): boolean => elsewhere.some((each) => each.command.test(command));
const isTool = (command: string): boolean => /^(redis-cli -u |kcat )/.test(command);

describe('the commands of the documentation', () => {
  it('are each run here, or elsewhere for a reason that still holds', () => {
    expect(
      all.filter((each) => streamsCommand(each) === undefined && !isTool(each) && !isElsewhere(each)),
    ).toEqual([]);
    const stale = elsewhere.filter(({ command }) => !all.some((each) => command.test(each)));
    expect(stale.map(({ command }) => String(command))).toEqual([]);
    for (const {
      command,
      proof: [file, text],
    } of elsewhere)
      expect(textOf(join(root, file)), `${command}: ${file}`).toContain(text);
  });

  it('by npm are scripts that there are', () => {
    const { scripts }: { readonly scripts: object } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    );
    const named = all.flatMap((each) =>
      [...each.matchAll(/npm run (?:--silent )?(\S+)/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !Object.keys(scripts).includes(name ?? ''))).toEqual([]);
  });

  requireService('redis')('with a Redis', () =>
    requireService('kafka')('and a Kafka', () => {
      const redis = startedOnce(startRedis);
      const kafka = startedOnce(startKafka);
      let folder: string;
      let stage: string;
      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'commands-'));
        stage = join(folder, 'stage');
        await mkdir(stage);
        await setStage(`embedded:${join(stage, 'streams.db')}`);
        await call(['produce', 'emails', '{"to":"ann"}', '--create', '3', '--url', redis().url]);
        await call(['produce', 'bull:orders:events', 'x', '--create', '1', '--url', redis().url]);
        await call(['profiles', 'set', 'prod', redis().url], { environment: { XDG_CONFIG_HOME: stage } });
        for (const name of ['emails', 'payment-results']) {
          const file = join(stage, `${name}.backup`);
          await call(['backup', name, file, '--url', `embedded:${join(stage, 'streams.db')}`]);
        }
      });
      afterAll(() => rm(folder, { recursive: true, force: true }));

      it.each(blocks.filter(({ commands }) => commands.some((each) => !isElsewhere(each))))(
        'of $where do what they say',
        async ({ commands }) => {
          const own = await mkdtemp(join(folder, 'block-'));
          cpSync(stage, own, { recursive: true });
          for (const command of commands) {
            if (isElsewhere(command)) continue;
            if (isTool(command)) await runTool(command);
            else await runStreamsCommand(streamsCommand(command) ?? '', own);
          }
        },
      );

      async function runStreamsCommand(command: string, own: string): Promise<void> {
        const environment = {
          STREAMS_URL: command.includes('bull:') ? redis().url : `embedded:${join(own, 'streams.db')}`,
          DATA_DIR: own,
          XDG_CONFIG_HOME: own,
        };
        let input: string | undefined;
        for (const part of command.split(' | ')) {
          const [line = '', file] = part.split(' < ');
          const given = shellWords(here(line))
            .slice(1)
            .map((word) => (word.endsWith('.backup') ? join(own, word) : word));
          if (given[0] === 'backup') await rm(given[2] ?? '', { force: true });
          if (file !== undefined) input = 'ann=home\nbob=cart\n';
          const { code, stdout, stderr } = await call(given, {
            environment,
            ...(input === undefined ? {} : { input }),
          });
          expect(code, `${part}\n${stdout}${stderr}`).toBe(0);
          input = stdout;
        }
      }

      /** The addresses that stand for servers of the reader. */
      function here(text: string): string {
        return text
          .replaceAll('rediss://app@redis.example:6380', redis().url)
          .replaceAll(/redis:\/\/127\.0\.0\.1:6379|"\$STREAMS_URL"/g, redis().url)
          .replaceAll('kafka://127.0.0.1:9092', kafka().url)
          .replaceAll('127.0.0.1:9192', kafka().url.slice('kafka://'.length));
      }

      async function runTool(command: string): Promise<void> {
        const [program = '', ...given] = shellWords(here(command));
        if (program === 'kcat') expect(await runKcat(given)).toContain('broker');
        else expect((await promisify(execFile)(program, given)).stdout).not.toContain('ERR');
      }
    }),
  );
});

/** Of a file, or of all files of a folder. */
function textOf(path: string): string {
  if (!existsSync(path)) return '';
  if (statSync(path).isFile()) return readFileSync(path, 'utf8');
  return globSync('**/*.*', { cwd: path })
    .map((file) => readFileSync(join(path, file), 'utf8'))
    .join('\n');
}
