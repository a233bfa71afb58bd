import type { BackendKind, ScenarioSummary } from '@millrace/guide';
import { type BackendState, backendStates } from './backend.ts';
import { wrap } from './draw/flow.ts';
import type { Brush } from './draw/paint.ts';
import type { Terminal } from './terminal.ts';

const kinds: readonly BackendKind[] = ['embedded', 'redis', 'kafka'];

/** Every picture that runs, where it can be played, and whether that is there now. */
export async function list(
  { output, brush, width }: Terminal,
  scenarios: readonly ScenarioSummary[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const states = await backendStates(environment);
  const say = (text = ''): void => void output.write(`${text}\n`);
  const idColumns = Math.max(...scenarios.map(({ id }) => id.length)) + 2;
  const titleColumns = Math.max(...scenarios.map(({ title }) => title.length)) + 2;
  const { heading, faint } = brush;
  say(heading('Understanding Streams in Redis and Kafka: the pictures that run'));
  say();
  say(faint(`${'play'.padEnd(idColumns)}${'idea'.padEnd(titleColumns)}E R K`));
  for (const scenario of scenarios) {
    const marks = kinds.map((kind) => mark(scenario, kind, states, brush)).join(' ');
    say(`${heading(scenario.id.padEnd(idColumns))}${scenario.title.padEnd(titleColumns)}${marks}`);
    const details = detailsOf(scenario);
    if (details !== '') say(faint(wrap(details, { width, first: ' '.repeat(idColumns) })));
  }
  say();
  say(
    `${brush.good('●')} can be played now  ○ its server is not here  ${faint('·')} the backend lacks the idea`,
  );
  for (const kind of kinds) say(stateLine(kind, states[kind], brush, width));
  say();
  for (const [command, what] of examples) say(`  ${command.padEnd(examplesColumns)}${faint(what)}`);
}

const examples = [
  ['npm run guide -- 23', 'on an embedded log of its own'],
  ['npm run guide -- 23 --backend redis', 'on a server started for it; or a URL'],
  ['npm run guide -- 23 --step', 'waits for Enter before each step'],
  ['npm run guide -- 23 --backend redis --beside kafka', 'both, step by step, beside each other'],
  ['npm run guide -- all --backend kafka', 'plays all that Kafka can'],
] as const;
const examplesColumns: number = Math.max(...examples.map(([command]) => command.length)) + 2;

function mark(
  { backends, needs }: ScenarioSummary,
  kind: BackendKind,
  states: Readonly<Record<BackendKind, BackendState>>,
  { good, faint }: Brush,
): string {
  // A tool of its own, which needs no backend.
  if (backends.length === 0) return kind === 'embedded' ? good('●') : faint('·');
  if (!backends.includes(kind)) return faint('·');
  const { reachable, startable } = states[kind];
  return startable || (reachable && needs === 'one server') ? good('●') : '○';
}

function detailsOf({ id, pictures, needs, parameters }: ScenarioSummary): string {
  const others = pictures.length === 0 || pictures.join() === id ? [] : [`pictures ${pictures.join(' ')}`];
  const servers = { 'one server': [], 'own server': ['own server'], cluster: ['own cluster'] }[needs];
  const options = parameters.map(({ name, default: standard }) => `--${name} ${standard}`).join(' ');
  return [...others, ...servers, ...(options === '' ? [] : [options])].join(' · ');
}

function stateLine(kind: BackendKind, { text }: BackendState, { heading }: Brush, width: number): string {
  return wrap(text, { width, first: `  ${heading((kind[0] ?? '').toUpperCase())} ${kind.padEnd(8)}  ` });
}
