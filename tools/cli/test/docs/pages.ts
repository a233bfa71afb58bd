import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Block {
  readonly language: string;
  /** Words after the language: `file=first.ts`; `not-run`, which is not part of its page's session. */
  readonly marks: readonly string[];
  readonly text: string;
  readonly line: number;
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** README, CONTRIBUTING and everything below docs that is written by people. */
export function pages(): readonly Page[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        name.endsWith('.md') && !name.includes('-template') && !/^(\.vitepress|reference\/api)\//.test(name),
    )
    .map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', ...below.toSorted()].map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, blocks: blocksOf(text) };
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; marks: string[]; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```(\S*)\s*(.*)$/.exec(line);
    if (!fence) open?.lines.push(line.replace(/^ {3}/, ''));
    else if (open) {
      const { language, marks, lines } = open;
      blocks.push({ language, marks, text: lines.join('\n'), line: open.line });
      open = undefined;
    } else {
      const marks = (fence[2] ?? '').split(' ').filter((word) => word !== '');
      open = { language: fence[1] ?? '', marks, line: index + 1, lines: [] };
    }
  }
  return blocks;
}

/** Files that a page links to, from the root of the repository, with the heading if there is one. */
export function linksOf({
  path,
  text,
}: Page): readonly { readonly target: string; readonly heading: string | undefined }[] {
  const plain = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...plain.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : relative(root, join(root, dirname(path), file));
      return { target, heading };
    });
}

/** The TypeScript of a page, each with the name that it is to be saved under. */
export function filesOf({ blocks }: Page): readonly { readonly name: string; readonly code: string }[] {
  return blocks
    .filter(({ language }) => language === 'ts')
    .map(({ marks, text: code, line }) => ({ name: nameOf(marks) ?? `line-${line}.ts`, code }));
}

function nameOf(marks: Block['marks']): string | undefined {
  return marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
}
