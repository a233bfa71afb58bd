import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/verbs.ts';
import { call } from '../support/call.ts';
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

function commandsOf({ blocks }: Page): readonly string[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap((block) => block.text.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.replace(/ {2}#.*$/, '').split(/ [|] /))
    .map((line) => line.trim())
    .filter((line) => /^streams /.test(line) && line !== 'streams --version');
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
