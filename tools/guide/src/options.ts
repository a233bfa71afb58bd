import { scenarios } from '@millrace/guide';
import { Command } from 'commander';

export interface GuideOptions {
  readonly picture: string | undefined;
  readonly backend: string | undefined;
  readonly seed: number;
  readonly step: boolean;
  readonly json: boolean;
  readonly parameters: Readonly<Record<string, number>>;
}

export function parseOptions(parameters: readonly string[]): GuideOptions {
  const names = new Set(scenarios.flatMap((scenario) => scenario.parameters.map(({ name }) => name)));
  const command = new Command('guide')
    .description('Lists the guide’s pictures, or plays one on a real backend and checks what it claims')
    .argument('[picture]', 'the number of a picture, or all')
    .option('--backend <url>', 'embedded:file, redis://host:port, kafka://host:port')
    .option('--seed <n>', 'orders what the scenario mixes', Number, 1)
    .option('--step', 'waits for Enter before each step', false)
    .option('--json', 'prints the run as one JSON document', false);
  for (const name of names) command.option(`--${name} <n>`, 'a parameter of the picture', Number);
  command.parse(parameters, { from: 'user' });
  const given = command.opts<Record<string, unknown>>();
  const backend = given['backend'];
  return {
    picture: command.args[0],
    backend: typeof backend === 'string' ? backend : undefined,
    seed: Number(given['seed']),
    step: given['step'] === true,
    json: given['json'] === true,
    parameters: Object.fromEntries(
      [...names].flatMap((name) => (given[name] === undefined ? [] : [[name, Number(given[name])]])),
    ),
  };
}
