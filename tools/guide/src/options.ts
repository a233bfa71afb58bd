import { scenarios } from '@millrace/guide';
import { Command, InvalidArgumentError } from 'commander';

export interface GuideOptions {
  readonly picture: string | undefined;
  readonly backend: string | undefined;
  /** A second backend on which the same is played, step by step. */
  readonly beside: string | undefined;
  readonly seed: number;
  readonly step: boolean;
  readonly json: boolean;
  /** Draws every command that was sent, not the book's alone. */
  readonly commands: boolean;
  /** Bytes of the file of picture 7. */
  readonly size: number;
  /** Where picture 7 draws its memory. */
  readonly svg: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export function parseOptions(parameters: readonly string[]): GuideOptions {
  const names = new Set(scenarios.flatMap((scenario) => scenario.parameters.map(({ name }) => name)));
  const command = new Command('guide')
    .description('Lists the guide’s pictures, or plays one on a real backend and checks what it claims')
    .argument('[picture]', 'the number of a picture, or all')
    .option(
      '--backend <url>',
      'embedded:file, redis://host:port or kafka://host:port; redis or kafka starts servers where they are installed',
    )
    .option('--beside <url>', 'a second backend: the same picture on both, step by step')
    .option('--seed <n>', 'orders what the scenario mixes', wholeNumber, 1)
    .option('--step', 'waits for Enter before each step', false)
    .option('--commands', 'shows every command that was sent to the server', false)
    .option('--json', 'prints the run as one JSON document', false)
    .option(
      '--size <bytes>',
      'of the file of picture 7, such as 200MB or 10GB',
      parseSize,
      parseSize('200MB'),
    )
    .option('--svg <file>', 'where picture 7 draws memory over time', '.data/guide-7.svg');
  for (const name of names) command.option(`--${name} <n>`, 'a parameter of the picture', wholeNumber);
  command.parse(parameters, { from: 'user' });
  const given = command.opts<Record<string, unknown>>();
  const [backend, beside] = [given['backend'], given['beside']];
  return {
    picture: command.args[0],
    backend: typeof backend === 'string' ? backend : undefined,
    beside: typeof beside === 'string' ? beside : undefined,
    seed: Number(given['seed']),
    step: given['step'] === true,
    json: given['json'] === true,
    commands: given['commands'] === true,
    size: Number(given['size']),
    svg: String(given['svg']),
    parameters: Object.fromEntries(
      [...names].flatMap((name) => (given[name] === undefined ? [] : [[name, Number(given[name])]])),
    ),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= largestNumber) return value;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${largestNumber}.`);
}

/** What a seed can be. */
const largestNumber = 4_294_967_295;

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** Several chunks. */
const smallest = 1e6;

function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (units[unit.toLowerCase()] ?? 0));
  if (number !== '' && bytes >= smallest) return bytes;
  throw new InvalidArgumentError('It must be a size of 1MB or more, such as 200MB or 10GB.');
}
