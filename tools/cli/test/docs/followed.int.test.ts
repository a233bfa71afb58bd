import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBackend } from '../support/backends.ts';
import { type Block, filesOf, type Page, pages, root } from './pages.ts';

const npmSettings = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/** What a reader does who has nothing but the packed packages: an empty folder outside the repository. */
describe('followed to the letter', () => {
  let packages: string;
  let folder: string;
  beforeAll(async () => {
    packages = await mkdtemp(join(tmpdir(), 'packages-'));
    folder = await mkdtemp(join(tmpdir(), 'followed-'));
    await runShell('npm run --silent pack -- --into "$PACKAGES"', root);
  });
  afterAll(async () => {
    for (const each of [packages, folder]) await rm(each, { recursive: true, force: true });
  });

  it('getting started prints what it promises', async () => {
    await follow(pageAt('docs/getting-started.md'), folder);
  });

  for (const name of ['redis', 'kafka'] as const)
    onBackend(name, (url) => {
      it('getting started prints the same, by one variable', async () => {
        await follow(withoutInstallation(pageAt('docs/getting-started.md')), folder, url());
      });
    });

  it('the console is served from the packages alone', async () => {
    const child = spawn('npx', ['@millrace/cli', 'dev', '--port', '0', '--json'], {
      cwd: folder,
      env: environmentOf(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    try {
      const errors = text(child.stderr);
      const ended = once(child, 'exit').then(async () => Promise.reject(new Error(await errors)));
      const [line] = await Promise.race([once(child.stdout, 'data'), ended]);
      const { console: address }: { readonly console: string } = JSON.parse(String(line));
      const page = await (await fetch(address)).text();
      expect(page).toContain('<!doctype html>');
      const script = /src="(.+?\.js)"/.exec(page)?.[1] ?? 'no script';
      expect((await fetch(new URL(script, address))).status).toBe(200);
      // What getting started stored is there to be seen.
      const messages = await fetch(new URL('/api/topics/emails/messages', address));
      expect(await messages.text()).toContain('1st email');
    } finally {
      const exit = once(child, 'exit');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await exit;
    }
  });

  it('the tutorial prints what it promises', async () => {
    const own = await mkdtemp(join(folder, 'tutorial-'));
    await follow(pageAt('docs/tutorial.md'), own);
  });

  /** Saves the files of a page and runs its commands in one shell, as a person would. */
  async function follow(page: Page, where: string, url?: string): Promise<void> {
    for (const { name, code } of filesOf(page)) await writeFile(join(where, name), code);
    const shown = page.blocks.filter(
      ({ language, marks }) => (language === 'sh' && marks.length === 0) || language === 'text',
    );
    const commands = shown.filter(({ language }) => language === 'sh');
    const printed = await runShell(
      commands.map(({ text: lines }) => `${lines}\n${mark}`).join('\n'),
      where,
      url,
    );
    const parts = printed.split(`${endOfBlock}\n`);
    for (const [index, block] of commands.entries()) {
      const promised = shown[shown.indexOf(block) + 1];
      if (promised?.language !== 'text') continue;
      const said = (output: string): string[] => comparable(output, url !== undefined);
      expect(said(parts[index] ?? ''), `${page.path}:${block.line}`).toEqual(said(promised.text));
    }
  }

  async function runShell(script: string, where: string, url?: string): Promise<string> {
    const child = spawn('bash', ['-euc', script], {
      cwd: where,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environmentOf(where), ...(url === undefined ? {} : { STREAMS_URL: url }) },
    });
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect(child.exitCode, output + errors).toBe(0);
    return output;
  }

  /** The Node of this run, and nothing else of the workspace. */
  function environmentOf(where: string): Record<string, string | undefined> {
    const { STREAMS_URL: _url, NAMESPACE: _namespace, DATA_DIR: _data, ...rest } = process.env;
    const path = [dirname(process.execPath), ...(rest['PATH'] ?? '').split(delimiter)]
      .filter((each) => where === root || !each.includes('node_modules/.bin'))
      .join(delimiter);
    return {
      ...Object.fromEntries(
        Object.entries(rest).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
      ),
      ...npmSettings,
      PATH: path,
      PACKAGES: packages,
    };
  }
});

const endOfBlock = '-- end of a block --';
const mark = `echo '${endOfBlock}'`;

function pageAt(path: string): Page {
  const page = pages().find((each) => each.path === path);
  if (!page) throw new Error(`there is no ${path}`);
  return page;
}

/** In a folder that has the packages: but for what is exported, which every shell needs anew. */
function withoutInstallation(page: Page): Page {
  const installs = ({ language, text: lines }: Block): boolean => language === 'sh' && /^npm /m.test(lines);
  const blocks = page.blocks.map((block) =>
    installs(block) ? { ...block, text: block.text.replace(/^npm .*\n/gm, '') } : block,
  );
  return { ...page, blocks };
}

/** Records of different keys have no order among each other; other backends than that of the page number them in their way. */
function comparable(output: string, elsewhere: boolean): string[] {
  return output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => (elsewhere ? line.replace(/^(emails:\d+):[\d-]+$/, '$1:<offset>') : line))
    .toSorted();
}
