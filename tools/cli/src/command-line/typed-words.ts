import type { Option } from '../verb.ts';

/** The words behind a verb as far as they are typed. */
export interface TypedWords {
  /** Arguments of the verb, without options and their values. */
  readonly plain: readonly string[];
  /** Values by the long flag of their option. */
  readonly values: ReadonlyMap<string, string>;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
}

/** Tells arguments from options and the values of options. */
export function typedWords(words: readonly string[], options: readonly Option[]): TypedWords {
  const plain: string[] = [];
  const values = new Map<string, string>();
  let awaiting: Option | undefined;
  for (const word of words) {
    if (awaiting) {
      values.set(longFlagOf(awaiting), word);
      awaiting = undefined;
      continue;
    }
    const [flag = '', value] = split(word);
    const isFlag = /^-./.test(word);
    const option = isFlag ? options.find((each) => flagsOf(each).includes(flag)) : undefined;
    if (!isFlag) plain.push(word);
    else if (!option) continue;
    else if (value !== undefined) values.set(longFlagOf(option), value);
    else if (option.flags.includes('<')) awaiting = option;
  }
  return { plain, values, awaiting };
}

/** `--url=redis://…` is one word. */
function split(word: string): readonly string[] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function flagsOf({ flags }: Option): readonly string[] {
  return flags.split(/[ ,]+/).filter((part) => part.startsWith('-'));
}

function longFlagOf(option: Option): string {
  return flagsOf(option).at(-1) ?? option.flags;
}
