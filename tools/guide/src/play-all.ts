import {
  backendKind,
  backendProblem,
  GuideError,
  type GuideServers,
  type Scenario,
  scenarios,
} from '@millrace/guide';
import { wrap } from './draw/flow.ts';
import { drawTable } from './draw/table.ts';
import type { GuideOptions } from './options.ts';
import { run } from './play-one.ts';
import type { Terminal } from './terminal.ts';

interface Outcome {
  readonly holds: boolean;
  readonly kept: number;
  readonly stated: number;
  readonly problem: string;
}

/** Plays all that the backend can, and draws how each ended; the exit code. */
export async function playAll(terminal: Terminal, options: GuideOptions): Promise<number> {
  const { output, brush, width, signal, servers } = terminal;
  const backend = backendKind(options.backend ?? 'embedded');
  const problem = backendProblem(options.backend);
  if (problem !== undefined) throw new GuideError(problem);
  const [given] = Object.keys(options.parameters);
  if (given !== undefined)
    throw new GuideError(`--${given} belongs to a picture; name one instead of all, such as 23`);
  if (options.json) throw new GuideError('--json prints the run of one picture; name one instead of all');
  if (options.beside !== undefined)
    throw new GuideError('--beside plays one picture on two backends; name one instead of all');
  if (options.step) throw new GuideError('--step waits in one picture; name one instead of all');
  await using opened = new AsyncDisposableStack();
  const url = await urlForAll(options.backend, servers, opened);
  const rows: string[][] = [];
  const notes: string[] = [];
  const note = (id: string, text: string): string => wrap(text, { width, first: id.padEnd(9) });
  let allHold = true;
  const began = performance.now();
  for (const scenario of scenarios) {
    if (!scenario.backends.includes(backend)) {
      rows.push([scenario.id, scenario.title, '–', '']);
      notes.push(note(scenario.id, scenario.cannot[backend] ?? ''));
      continue;
    }
    const started = performance.now();
    const { holds, kept, stated, problem } = await outcomeOf(terminal, scenario, {
      ...options,
      backend: url,
    });
    signal.throwIfAborted();
    allHold &&= holds;
    const sign = holds ? brush.good('✓') : brush.bad('✗');
    rows.push([
      scenario.id,
      scenario.title,
      `${holds ? brush.good('✓') : brush.bad('✗')} ${kept}/${stated}`,
      seconds(started),
    ]);
    if (problem !== '') notes.push(note(scenario.id, problem));
    output.write(`${sign} ${scenario.id}  ${scenario.title}  ${brush.faint(seconds(started))}\n`);
  }
  const played = rows.filter(([, , , time]) => time !== '').length;
  output.write(`\n${drawTable(['play', 'title', 'claims', 'time'], rows, { faint: brush.faint })}\n`);
  if (notes.length > 0) output.write(`\n${notes.join('\n')}\n`);
  output.write(`\n${played} pictures on ${backend} in ${seconds(began)}\n`);
  return allHold ? 0 : 1;
}

/** One server for all pictures that want no more, where a backend is only named. */
async function urlForAll(
  backend: string | undefined,
  servers: GuideServers,
  opened: AsyncDisposableStack,
): Promise<string | undefined> {
  if (backend !== 'redis' && backend !== 'kafka') return backend;
  return opened.use(await servers[backend]()).url;
}

/** What cannot be played for a reason that can be said counts as failed, and the others are played all the same. */
async function outcomeOf(terminal: Terminal, scenario: Scenario, options: GuideOptions): Promise<Outcome> {
  let [kept, stated, holds] = [0, 0, false];
  let problem = '';
  try {
    for await (const event of run(terminal, scenario, options)) {
      if (event.kind === 'finished') holds = event.holds;
      if (event.kind !== 'claim-checked') continue;
      stated++;
      if (event.claim.holds) kept++;
      else problem ||= `${event.claim.text}: ${event.claim.evidence}`;
    }
  } catch (error) {
    if (!(error instanceof GuideError)) throw error;
    return { holds: false, kept, stated, problem: error.message };
  }
  return { holds, kept, stated, problem };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}
