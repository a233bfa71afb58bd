import type { Page } from './pages.ts';

/** Commands of one block, which follow each other. */
export interface CommandBlock {
  readonly where: string;
  readonly commands: readonly string[];
}

/** What a page tells its reader to type, without the comments beside it. */
export function commandBlocks({ path, blocks }: Page): readonly CommandBlock[] {
  return blocks
    .filter(({ language }) => language === 'sh')
    .map(({ text, line }) => ({
      where: `${path}:${line}`,
      commands: text
        .replaceAll(/\\\n\s*/g, ' ')
        .split('\n')
        .map((each) => each.replace(/ {2,}#.*$/, '').trim())
        .filter((each) => each !== '' && !each.startsWith('#')),
    }));
}

/** `streams …` of `npm run --silent streams -- …`; undefined for another command. */
export function streamsCommand(command: string): string | undefined {
  const plain = command
    .replace(/^npm run (--silent )?streams -- /, 'streams ')
    .replace(/^source <\((.*)\)$/, '$1');
  return plain.startsWith('streams ') ? plain : undefined;
}

/** Words as a shell splits them, where nothing but quotes is special. */
export function shellWords(command: string): readonly string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
