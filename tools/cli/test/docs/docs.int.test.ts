import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/verbs.ts';
import { call } from '../support/call.ts';
import { commandBlocks, shellWords, streamsCommand } from './commands.ts';
import { filesOf, linksOf, type Page, pages, root } from './pages.ts';

const all = pages();

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
    expect(all.flatMap(commandsOf).length).toBeGreaterThanOrEqual(90);
  });

  it('has no block in a language that nothing checks', () => {
    const languages = all.flatMap(({ blocks }) => blocks.map(({ language }) => language));
    expect([...new Set(languages)].toSorted()).toEqual(['', 'js', 'properties', 'sh', 'text', 'ts']);
    const checked: Readonly<Record<string, number>> = Object.fromEntries(
      Object.entries(Object.groupBy(languages, (language) => language)).map(([name, each]) => [
        name,
        each?.length ?? 0,
      ]),
    );
    // What was written once is not to vanish from these checks, by another fence or another reader of pages.
    expect(checked['sh']).toBeGreaterThanOrEqual(70);
    expect(checked['ts']).toBeGreaterThanOrEqual(17);
    expect(checked['text']).toBeGreaterThanOrEqual(7);
    expect(checked['js']).toBeGreaterThanOrEqual(4);
  });

  it('compares every output that it promises: those of the pages that are followed', () => {
    const promising = all.filter(({ blocks }) => blocks.some(({ language }) => language === 'text'));
    expect(promising.map(({ path }) => path)).toEqual(['docs/getting-started.md', 'docs/tutorial.md']);
    for (const { path, blocks } of promising)
      for (const [index, { language, line }] of blocks.entries())
        if (language === 'text')
          expect(blocks[index - 1], `${path}:${line} follows commands`).toMatchObject({
            language: 'sh',
            marks: [],
          });
  });

  it('has drawings where a block has no language', () => {
    const drawing = /[─│┌└►▼→─-]{2}|[│▲▼►→]/;
    // An output that the test of the packages compares, and a rule of Redis that its driver's tests use.
    const others: readonly string[] = ['README.md', 'docs/operations/running.md'];
    const bare = all.flatMap(({ path, blocks }) =>
      blocks.filter(({ language, text }) => language === '' && !drawing.test(text)).map(() => path),
    );
    expect(bare).toEqual(others);
  });

  it('has properties that are names and values', () => {
    const lines = all.flatMap(({ blocks }) =>
      blocks.filter(({ language }) => language === 'properties').flatMap(({ text }) => text.split('\n')),
    );
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^[a-z]+(\.[a-z]+)+=\S+$/);
  });

  it('has TypeScript that the compiler accepts, and JavaScript that it can read', async () => {
    const folder = join(root, 'tools/cli/test/docs/checked');
    await rm(folder, { recursive: true, force: true });
    try {
      for (const page of all) {
        const own = join(folder, page.path.replaceAll(/[/.]/g, '-'));
        await mkdir(own, { recursive: true });
        for (const { name, code } of filesOf(page)) await writeFile(join(own, name), `${code}\nexport {};\n`);
        // What people come from: of packages that are not here, so nothing but how it is written can be checked.
        for (const { language, text, line } of page.blocks)
          if (language === 'js')
            await writeFile(join(own, `before-${line}.ts`), `// @ts-nocheck\n${text}\nexport {};\n`);
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
    experimentalDecorators: true,
    rootDir: '../../../../..',
  },
  include: ['.'],
};

function commandsOf(page: Page): readonly string[] {
  return commandBlocks(page)
    .flatMap(({ commands }) => commands)
    .flatMap((command) => streamsCommand(command)?.split(' | ') ?? []);
}

function problemWith(command: string): readonly string[] {
  const words = shellWords(command.split(' < ')[0] ?? '').slice(1);
  if (words[0] === '--version') return [];
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
