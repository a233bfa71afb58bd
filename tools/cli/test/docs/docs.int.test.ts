import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { verbs } from '../../src/verbs.ts';
import { call } from '../support/call.ts';
import { type Block, linksOf, type Page, pages, root } from './pages.ts';

const all = pages();
const followed = ['docs/getting-started.md', 'docs/tutorial.md'];

describe('the documentation', () => {
  it('links to what there is', () => {
    const broken = all.flatMap((page) =>
      linksOf(page).flatMap(({ target, heading }) => {
        if (!existsSync(join(root, target))) return [`${page.path} → ${target}`];
        if (heading === undefined || !target.endsWith('.md')) return [];
        return headingsOf(target).includes(heading) ? [] : [`${page.path} → ${target}#${heading}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('has the reference of the command that there is', async () => {
    expect((await call(['--reference'])).stdout).toBe(
      readFileSync(join(root, 'docs/reference/streams.md'), 'utf8'),
    );
  });

  it('uses verbs and options of the command that there are', () => {
    const wrong = all.flatMap((page) =>
      commandsOf(page).flatMap((command) => problemWith(command).map((what) => `${page.path}: ${what}`)),
    );
    expect(wrong).toEqual([]);
  });

  it('has TypeScript that the compiler accepts', async () => {
    const folder = join(root, 'tools/cli/test/docs/checked');
    await rm(folder, { recursive: true, force: true });
    try {
      for (const page of all) {
        // Sketches, which say so: README shows the shape of a program, not all of one.
        if (!page.path.startsWith('docs/') || page.path.startsWith('docs/decisions')) continue;
        const own = join(folder, page.path.replaceAll(/[/.]/g, '-'));
        await mkdir(own, { recursive: true });
        for (const { name, code } of filesOf(page)) await writeFile(join(own, name), `${code}\nexport {};\n`);
      }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(projectFile));
      const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch(
        (error: { readonly stdout: string }) => error,
      );
      expect(stdout).toBe('');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  for (const path of followed) {
    it(`${path}, followed to the letter, prints what it promises`, async () => {
      const page = all.find((each) => each.path === path);
      // Inside the workspace, for its packages; nothing else of it is used.
      const folder = await mkdtemp(join(root, 'tools/cli/test/docs/followed-'));
      afterAll(() => rm(folder, { recursive: true, force: true }));
      for (const { name, code } of filesOf(page as Page)) await writeFile(join(folder, name), code);
      const blocks = (page as Page).blocks.filter(
        ({ language, marks }) => (language === 'sh' && marks.length === 0) || language === 'text',
      );
      for (const [index, block] of blocks.entries()) {
        if (block.language !== 'sh') continue;
        const printed = await runShell(block.text, folder);
        const promised = blocks[index + 1]?.language === 'text' ? blocks[index + 1] : undefined;
        if (promised) expect(comparable(printed), `${path}:${block.line}`).toEqual(comparable(promised.text));
      }
    });
  }
});

const projectFile = {
  extends: '../../../../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    isolatedDeclarations: false,
    noEmit: true,
    rewriteRelativeImportExtensions: false,
    noUnusedLocals: false,
    rootDir: '../../../../..',
  },
  include: ['.'],
};

function filesOf({ blocks }: Page): readonly { readonly name: string; readonly code: string }[] {
  return blocks
    .filter(({ language }) => language === 'ts')
    .map(({ marks, text: code, line }) => ({ name: nameOf(marks) ?? `line-${line}.ts`, code }));
}

function nameOf(marks: Block['marks']): string | undefined {
  return marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
}

const { STREAMS_URL: _url, NAMESPACE: _namespace, ...withoutUrl } = process.env;

/** Runs a block as a person would, with the command and the Node of this workspace, on a log of the folder. */
async function runShell(script: string, folder: string): Promise<string> {
  const node = `${process.execPath} --disable-warning=ExperimentalWarning`;
  const main = `--conditions=@millrace/source ${root}/tools/cli/src/main.ts`;
  const functions = `streams() { ${node} ${main} "$@"; }; npx() { shift; ${node} "$@"; }`;
  const child = spawn('bash', ['-euc', `${functions}\n${script}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutUrl,
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect(child.exitCode, errors).toBe(0);
  return output;
}

/** Records of different keys have no order among each other. */
function comparable(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .map((line) => line.replace(/^(emails):\d+:\d+$/, '$1:<partition>:<offset>'))
    .toSorted();
}

function commandsOf({ blocks }: Page): readonly string[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.replace(/ {2}#.*$/, '').split(/ [|] /))
    .map((line) => line.trim())
    .filter((line) => /^streams /.test(line));
}

function problemWith(command: string): readonly string[] {
  const words = (command.replaceAll(/'[^']*'|"[^"]*"/g, 'quoted').split(' < ')[0] ?? '')
    .split(/\s+/)
    .slice(1);
  const verb = verbs.find(({ name }) => words.slice(0, name.split(' ').length).join(' ') === name);
  if (!verb) return [`${command}: there is no such verb`];
  const known = ['-u', '--url', '--profile', '--namespace', '--json', '--show-commands', '--help'];
  const flags = [...known, ...verb.options.flatMap((option) => option.flags.split(/[ ,]+/))];
  return words
    .filter((word) => /^--?[a-z]/.test(word) && !flags.includes(word))
    .map((word) => `${command}: there is no ${word}`);
}

function headingsOf(path: string): readonly string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
