import type { Verb } from '../verb.ts';
import { connectionOptions, outputOptions, verbs } from '../verbs.ts';

/** The reference of the command as Markdown: `streams --reference`. */
export function reference(): string {
  return `${[
    '# The `streams` command',
    "Made from the command itself by `npm run --silent streams -- --reference`. `streams <verb> --help` says the same, `--help-json` with the schema of each verb's JSON.",
    'The backend: `--url`, `--profile`, or `STREAMS_URL` (default: `embedded:./.data/streams.db`). A password may come from `STREAMS_PASSWORD`. Exit code: 0 done, 1 an item or a check failed, 2 wrong usage, 130 interrupted by Ctrl-C. Values go to standard output, messages to standard error.',
    '**Options of every verb that uses a backend**',
    optionTable([...connectionOptions, ...outputOptions]),
    ...verbs.map(section),
  ].join('\n\n')}\n`;
}

function section({ name, summary, takes, options, examples }: Verb): string {
  const call = ['streams', name, ...takes.map((argument) => argument.name)].join(' ');
  return [
    `## ${name}`,
    `\`${call}\`: ${escapeCell(summary)}.`,
    ...(takes.length === 0
      ? []
      : [takes.map((argument) => `- \`${argument.name}\`: ${escapeCell(argument.description)}`).join('\n')]),
    ...(options.length === 0 ? [] : [optionTable(options)]),
    ...(examples.length === 0
      ? []
      : [`\`\`\`sh\n${examples.map(({ command, does }) => `${command}  # ${does}`).join('\n')}\n\`\`\``]),
  ].join('\n\n');
}

function optionTable(options: Verb['options']): string {
  const rows = options.map(({ flags, description, choices }) => {
    const among = choices ? ` (${choices.join(', ')})` : '';
    return `| \`${flags}\` | ${escapeCell(description)}${among} |`;
  });
  return ['| option | does |', '|---|---|', ...rows].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
