import { backendKind, GuideError, Meeting, readParameters, type Scenario } from '@millrace/guide';
import { anySignal } from '@millrace/streams';
import { besideEachOther } from './draw/beside.ts';
import { Drawing } from './draw/drawing.ts';
import type { GuideOptions } from './options.ts';
import { headOf, pressedEnter, run } from './play-one.ts';
import type { Terminal } from './terminal.ts';

/** What one backend draws until the other has come as far. */
interface Side {
  readonly backend: string | undefined;
  readonly name: string;
  readonly drawing: Drawing;
  lines: string[];
}

/**
 * Plays the same picture on two backends, a step of both at a time, beside each other where the terminal is wide enough
 * and else one below the other. True when all claims hold on both.
 */
export async function playBeside(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
  backends: readonly [string | undefined, string],
): Promise<boolean> {
  if (options.json) throw new GuideError('--json prints the run on one backend; leave --beside out');
  const { output, brush, width, signal } = terminal;
  const parameters = readParameters(scenario.parameters, options.parameters);
  const isWide = width >= wide;
  const columns = isWide ? Math.floor((width - between.length) / 2) : width;
  const sides = backends.map((backend): Side => {
    const name = backendKind(backend ?? 'embedded');
    return {
      backend,
      name,
      drawing: new Drawing({ brush, width: columns - room, allCommands: options.commands }),
      lines: [],
    };
  });
  const settings = Object.entries({ ...parameters, seed: options.seed }).map(
    ([name, value]) => `${name} ${value}`,
  );
  const names = sides.map(({ name }) => name).join(' and ');
  const head = headOf(scenario, { backend: names, settings, picture: options.picture }, terminal);
  output.write(`${head.join('\n')}\n`);
  const show = (): void => {
    const blocks = sides.map(({ name, lines }) => [brush.heading(`── ${name} `), ...lines]);
    const [left = [], right = []] = blocks;
    const drawn = isWide ? besideEachOther(left, right, columns, between) : [...left, '', ...right];
    output.write(`\n${drawn.join('\n')}\n`);
    for (const side of sides) side.lines = [];
  };
  const meeting = new Meeting(sides.length, async () => {
    for (const { lines, drawing } of sides) lines.push(...linesOf(drawing.end()));
    if (sides.some(({ lines }) => lines.length > 0)) show();
    if (options.step && terminal.input.isTTY) await pressedEnter(terminal);
  });
  const failed = new AbortController();
  const together = { ...terminal, signal: anySignal([signal, failed.signal]) };
  const ended = sides.map(async (side) => {
    try {
      return await playSide(together, scenario, { ...options, backend: side.backend }, side, meeting);
    } catch (error) {
      failed.abort(error);
      throw error;
    } finally {
      meeting.leave();
    }
  });
  const results = await Promise.allSettled(ended);
  signal.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
  show();
  const holds = results.map((result) => result.status === 'fulfilled' && result.value);
  output.write(
    `\n${sides.map(({ name }, i) => (holds[i] ? brush.good(`All claims hold on ${name}.`) : brush.bad(`Not every claim holds on ${name}.`))).join(' ')}\n`,
  );
  return holds.every(Boolean);
}

/** Columns of a terminal that has room for two. */
const wide = 100;
const between = ' │ ';
/** A line that is broken ends with the sign that separates its pieces. */
const room = 2;

function linesOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split('\n'));
}

async function playSide(
  terminal: Terminal,
  scenario: Scenario,
  options: GuideOptions,
  side: Side,
  meeting: Meeting,
): Promise<boolean> {
  let holds = false;
  let claims = 0;
  for await (const event of run(terminal, scenario, options, () => meeting.arrive())) {
    if (event.kind === 'finished') holds = event.holds;
    if (event.kind === 'claim-checked' && claims++ === 0) side.lines.push(...linesOf(side.drawing.end()), '');
    side.lines.push(...linesOf(side.drawing.add(event)));
  }
  side.lines.push(...linesOf(side.drawing.end()));
  return holds;
}
