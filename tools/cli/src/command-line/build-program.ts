import { readFileSync } from 'node:fs';
import { Command, Option as CommanderOption } from 'commander';
import type { Option, Verb } from '../verb.ts';
import { connectionOptions, outputOptions, verbs } from '../verbs.ts';
import { Parameters } from './parameters.ts';

export interface ProgramHooks {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly call: (verb: Verb, parameters: Parameters) => Promise<void>;
}

const description = `Looks into streams on Redis, Kafka and the embedded log, and works on them.

The backend: --url, --profile, or STREAMS_URL (default: embedded:./.data/streams.db).
Exit code: 0 done, 1 an item or a check failed, 2 wrong usage, 130 interrupted.`;

/** The command line that the table of verbs describes. */
export function buildProgram(hooks: ProgramHooks): Command {
  const program = new Command('streams')
    .description(description)
    .helpCommand(false)
    .configureOutput({ writeOut: hooks.write, writeErr: hooks.writeError })
    .version(versionOf(), '-V, --version', 'the version of this command')
    .option('--help-json', 'all verbs, their options and the schemas of their output, as JSON')
    .exitOverride();
  for (const verb of verbs) addVerb(program, verb, hooks);
  return program;
}

/** As package.json says it, beside `src` and `dist` alike. */
function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return String(Object(manifest).version);
}

function addVerb(program: Command, verb: Verb, hooks: ProgramHooks): void {
  const words = verb.name.split(' ');
  const last = words.pop() ?? '';
  const parent = words.reduce((command, word) => groupOf(command, word), program);
  const command = parent.command(last).description(verb.summary).exitOverride().allowExcessArguments(false);
  for (const { name, description: text } of verb.takes) command.argument(name, text);
  const common = verb.offline ? outputOptions : [...connectionOptions, ...outputOptions];
  for (const option of [...verb.options, ...common]) command.addOption(optionOf(option));
  if (verb.examples.length > 0) command.addHelpText('after', () => examples(verb));
  command.action(async (...given: unknown[]) => {
    const values = given.slice(0, verb.takes.length) as (string | string[] | undefined)[];
    const options = command.opts<Record<string, string | boolean | string[]>>();
    await hooks.call(verb, new Parameters(values, options));
  });
}

/** `topics` of `topics list`. */
function groupOf(parent: Command, word: string): Command {
  const known = parent.commands.find((command) => command.name() === word);
  if (known) return known;
  const summaries: Readonly<Record<string, string>> = {
    topics: 'list, create, describe, delete, trim topics',
    groups: 'list, describe, move, delete groups; what is pending in them',
    'dead-letters': 'what groups gave up on: list, show, redrive, edit, purge',
    profiles: 'names for backends, without secrets',
  };
  const group = parent
    .command(word)
    .description(summaries[word] ?? '')
    .exitOverride()
    .helpCommand(false);
  return group;
}

function optionOf({ flags, description: text, choices, repeats }: Option): CommanderOption {
  const option = new CommanderOption(flags, text);
  if (choices) option.choices(choices);
  if (repeats)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

function examples({ examples: list }: Verb): string {
  const lines = list.map(({ command, does }) => `  ${command}\n      ${does}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
