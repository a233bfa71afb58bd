import { Connections } from '../connection/connections.ts';
import type { Environment, Verb } from '../verb.ts';
import { connectionOptions, outputOptions, verbs } from '../verbs.ts';

const waitMs = 1_000;

/** What may stand where the last of the words is being typed, one candidate a line. */
export async function complete(
  words: readonly string[],
  environment: Environment,
): Promise<readonly string[]> {
  const typed = words.slice(0, -1).filter((word) => word !== '');
  const current = words.at(-1) ?? '';
  const plain = typed.filter((word) => !word.startsWith('-'));
  const verb = verbs.find(({ name }) => name.split(' ').every((part, index) => plain[index] === part));
  if (!verb) return starting(current, nextWords(plain));
  if (current.startsWith('-')) return starting(current, optionsOf(verb));
  const choices = choicesAfter(verb, typed.at(-1));
  if (choices) return starting(current, choices);
  return starting(
    current,
    await namesFor(verb, plain.length - verb.name.split(' ').length, typed, environment),
  );
}

function nextWords(plain: readonly string[]): readonly string[] {
  const following = verbs
    .map(({ name }) => name.split(' '))
    .filter((parts) => plain.every((word, index) => parts[index] === word))
    .map((parts) => parts[plain.length] ?? '');
  return [...new Set(following)].filter((word) => word !== '');
}

function optionsOf(verb: Verb): readonly string[] {
  const common = verb.offline ? outputOptions : [...connectionOptions, ...outputOptions];
  return [...verb.options, ...common, { flags: '--help' }].map(
    ({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? flags,
  );
}

function choicesAfter(verb: Verb, option: string | undefined): readonly string[] | undefined {
  if (!option?.startsWith('-')) return undefined;
  return verb.options.find(({ flags }) => flags.split(/[ ,]+/).includes(option))?.choices;
}

/** Names of topics or groups, if the backend tells them quickly. */
async function namesFor(
  verb: Verb,
  index: number,
  typed: readonly string[],
  environment: Environment,
): Promise<readonly string[]> {
  const kind = (verb.takes[index] ?? verb.takes.at(-1))?.completes;
  if (kind === undefined) return [];
  const after = (...names: readonly string[]): string | undefined => {
    const at = typed.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : typed[at + 1];
  };
  const target = { url: after('--url', '-u'), profile: after('--profile'), namespace: after('--namespace') };
  const connections = new Connections(target, environment, () => undefined);
  const ask = async (): Promise<readonly string[]> => {
    const { streams } = await connections.main();
    return kind === 'topic' ? await streams.admin.topics() : await streams.admin.groups();
  };
  const timeout = new Promise<readonly string[]>((resolve) => {
    setTimeout(resolve, waitMs, []).unref();
  });
  const names = await Promise.race([ask().catch(() => []), timeout]);
  void connections[Symbol.asyncDispose]();
  return names;
}

function starting(begin: string, candidates: readonly string[]): readonly string[] {
  return candidates.filter((candidate) => candidate.startsWith(begin));
}
