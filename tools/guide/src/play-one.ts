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
import { drawEvent } from './draw-event.ts';
import type { GuideOptions } from './options.ts';
import { type Terminal, wrap } from './terminal.ts';

/** Plays and draws a scenario; true when all of its claims hold. */
export async function playOne(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
): Promise<boolean> {
  const { output, brush } = terminal;
  const parameters = readParameters(scenario.parameters, options.parameters);
  const backend = options.backend === undefined ? 'embedded' : backendKind(options.backend);
  if (!options.json) {
    output.write(
      `${brush.heading(`${scenario.id}  ${scenario.title}`)}  ${brush.faint(`on ${backend}`)}\n${wrap(scenario.text)}\n`,
    );
  }
  const events: GuideEvent[] = [];
  let holds = false;
  let claims = 0;
  for await (const event of run(terminal, scenario, options)) {
    if (options.json) events.push(event);
    if (event.kind === 'finished') holds = event.holds;
    if (event.kind === 'claim-checked' && claims++ === 0 && !options.json) output.write('\n');
    const text = options.json ? undefined : drawEvent(event, brush);
    if (text !== undefined) output.write(`${text}\n`);
  }
  if (options.json)
    output.write(`${JSON.stringify(report(scenario, backend, parameters, events), undefined, 2)}\n`);
  else output.write(`\n${brush.faint(`Left out: ${scenario.leavesOut}`)}\n`);
  return holds;
}

export function run(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
): AsyncIterable<GuideEvent> {
  return play(scenario, {
    parameters: options.parameters,
    seed: options.seed,
    signal: terminal.signal,
    servers: terminal.servers,
    ...(options.backend === undefined ? {} : { backend: options.backend }),
    ...(options.step && terminal.input.isTTY ? { beforeStep: () => pressedEnter(terminal) } : {}),
  });
}

async function pressedEnter({ output, input, brush, signal }: Terminal): Promise<void> {
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
