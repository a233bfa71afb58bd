import { Connections } from '../connection/connections.ts';
import type { Completes, Environment, Option, Verb } from '../verb.ts';
import { connectionOptions, outputOptions, verbs } from '../verbs.ts';
import { type TypedWords, typedWords } from './typed-words.ts';

/** Long enough for a busy machine; a backend that is away is noticed sooner. */
const waitMs = 3_000;
const help: Option = { flags: '-h, --help', description: '' };

/** What may stand where the last of the words is being typed, one candidate a line. */
export async function complete(
  words: readonly string[],
  environment: Environment,
): Promise<readonly string[]> {
  const before = words.slice(0, -1).filter((word) => word !== '');
  const current = words.at(-1) ?? '';
  const verb = verbs.find(({ name }) => name.split(' ').every((part, index) => before[index] === part));
  if (!verb) return starting(current, nextWords(before));
  const options = [...verb.options, ...(verb.offline ? [] : connectionOptions), ...outputOptions, help];
  const typed = typedWords(before.slice(verb.name.split(' ').length), options);
  if (typed.awaiting) {
    const { choices, completes } = typed.awaiting;
    return starting(current, choices ?? (await namesOf(completes, typed, environment)));
  }
  if (current.startsWith('-')) return starting(current, options.map(longFlag));
  const argument = verb.takes[typed.plain.length] ?? lastIfItRepeats(verb);
  return starting(current, await namesOf(argument?.completes, typed, environment));
}

function nextWords(before: readonly string[]): readonly string[] {
  const following = verbs
    .map(({ name }) => name.split(' '))
    .filter((parts) => before.every((word, index) => parts[index] === word))
    .map((parts) => parts[before.length] ?? '');
  return [...new Set(following)].filter((word) => word !== '');
}

function longFlag({ flags }: Option): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

function lastIfItRepeats({ takes }: Verb): Verb['takes'][number] | undefined {
  const last = takes.at(-1);
  return last?.name.includes('...') ? last : undefined;
}

/** Names of topics, groups or profiles, if they are told quickly. */
async function namesOf(
  kind: Completes | undefined,
  { values }: TypedWords,
  environment: Environment,
): Promise<readonly string[]> {
  if (kind === undefined) return [];
  if (kind === 'profile') {
    const { readProfiles } = await import('../connection/profiles.ts');
    return Object.keys(await readProfiles(environment).catch(() => ({})));
  }
  const target = {
    url: values.get('--url'),
    profile: values.get('--profile'),
    namespace: values.get('--namespace'),
  };
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
