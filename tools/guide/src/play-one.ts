import { once } from 'node:events';
import {
  backendKind,
  type GuideClaim,
  type GuideCommand,
  type GuideEvent,
  type GuideReport,
  play,
  readParameters,
  type Scenario,
} from '@millrace/guide';
import { Drawing } from './draw/drawing.ts';
import { wrap } from './draw/flow.ts';
import type { GuideOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

/** Plays and draws a scenario; true when all of its claims hold. */
export async function playOne(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
): Promise<boolean> {
  const { output, brush, width } = terminal;
  const parameters = readParameters(scenario.parameters, options.parameters);
  const backend = options.backend === undefined ? 'embedded' : backendKind(options.backend);
  if (options.json) return printJson(terminal, scenario, options, backend, parameters);
  const settings = Object.entries({ ...parameters, seed: options.seed }).map(
    ([name, value]) => `${name} ${value}`,
  );
  const drawing = new Drawing({ brush, width, allCommands: options.commands });
  const say = (lines: readonly string[]): void => void lines.map((line) => output.write(`${line}\n`));
  let holds = false;
  let claims = 0;
  for await (const event of run(terminal, scenario, options)) {
    if (event.sequence === 0)
      say(headOf(scenario, { backend, settings, picture: options.picture }, terminal));
    if (event.kind === 'finished') holds = event.holds;
    if (event.kind === 'claim-checked' && claims++ === 0) say([...drawing.end(), '']);
    say(drawing.add(event));
  }
  say(drawing.end());
  say([
    '',
    brush.faint(wrap(scenario.leavesOut, { width, first: 'Left out: ' })),
    holds ? brush.good(`All ${claims} claims hold.`) : brush.bad('Not every claim holds.'),
  ]);
  return holds;
}

/** Drawn when the run has begun: what is refused says no more than why. */
export function headOf(
  { id, pictures, title, text }: Scenario,
  run: {
    readonly backend: string;
    readonly settings: readonly string[];
    readonly picture: string | undefined;
  },
  { brush, width }: Terminal,
): readonly string[] {
  const name = pictures.includes(run.picture ?? '') ? run.picture : id;
  return [
    brush.heading(`${name}  ${title}`),
    brush.faint(wrap(`on ${run.backend} · ${run.settings.join(' · ')}`, { width })),
    '',
    wrap(text, { width }),
  ];
}

async function printJson(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
  backend: string,
  parameters: Readonly<Record<string, number>>,
): Promise<boolean> {
  const events: GuideEvent[] = [];
  for await (const event of run(terminal, scenario, options)) events.push(event);
  terminal.output.write(`${JSON.stringify(report(scenario, backend, parameters, events), undefined, 2)}\n`);
  return events.some((event) => event.kind === 'finished' && event.holds);
}

/** `beforeStep` is awaited before each step. Default: for Enter, when that is asked for. */
export function run(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
  beforeStep: (() => Promise<void>) | undefined = options.step && terminal.input.isTTY
    ? () => pressedEnter(terminal)
    : undefined,
): AsyncIterable<GuideEvent> {
  return play(scenario, {
    parameters: options.parameters,
    seed: options.seed,
    signal: terminal.signal,
    servers: terminal.servers,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(beforeStep ? { beforeStep } : {}),
  });
}

export async function pressedEnter({ output, input, brush, signal }: Terminal): Promise<void> {
  output.write(brush.faint('  Enter ▸ '));
  input.resume();
  await once(input, 'data', { signal });
  input.pause();
}

function report(
  { id, title }: Scenario,
  backend: string,
  parameters: Readonly<Record<string, number>>,
  events: readonly GuideEvent[],
): GuideReport {
  const commands: GuideCommand[] = events.flatMap((event) =>
    event.kind === 'command' ? [event.command] : [],
  );
  const claims: GuideClaim[] = events.flatMap((event) =>
    event.kind === 'claim-checked' ? [event.claim] : [],
  );
  return { id, title, backend, parameters, events, commands, claims };
}
