import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { compareBuilds } from './against.ts';
import type { Backend } from './backends/backend.ts';
import { backendOf } from './backends/backend-of.ts';
import { type ChainComparison, compareChains } from './chain/compare-chains.ts';
import { type CaseName, compare } from './compare.ts';
import { type MeasuredLine, measureGrowth } from './growth/measure-growth.ts';
import { type LineName, lineNames } from './growth/points.ts';
import { growthPage, growthTables } from './growth/report.ts';
import { compareMembers } from './members/compare-members.ts';
import { compareMemory } from './memory/compare-memory.ts';
import { compareKafkaClient } from './peers/compare-kafka-client.ts';
import { comparePeers } from './peers/compare-peers.ts';
import { pageOf, settingOf, tablesOf } from './report.ts';
import type { Row } from './row.ts';
import { compareTraced } from './tracing/compare-traced.ts';

const singles: readonly CaseName[] = ['produce', 'read', 'consume', 'exactly-once', 'latency'];
const all = [...singles, 'traced', 'chain', 'members', 'memory'] as const;
type Case = (typeof all)[number];

interface Options {
  readonly backend: string;
  readonly json?: string;
  readonly html?: string;
  readonly against?: string;
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly messages: number;
  readonly batch: number;
  readonly partitions: number;
  readonly peers: boolean;
  readonly growth?: readonly LineName[];
  readonly points: number;
}

const program = new Command('bench')
  .description(
    'Measures Millrace against loops written by hand on the raw client: same run, same server, in turns.',
  )
  .option('--backend <url>', 'streams URL; an embedded file is always a temporary one', 'embedded:')
  .option('--json <file>', 'write the rows to this file too')
  .option('--html <file>', 'write a page with plots to this file too')
  .option(
    '--against <worktree>',
    'compare with another build, a checkout with its packages installed, in turns',
  )
  .option('--cases <names>', `some of ${all.join(', ')}`, casesOf, [...all])
  .option('--rounds <number>', 'rounds; the medians count', wholeNumber, 5)
  .option('--messages <number>', 'messages of 200 bytes in each round', wholeNumber, 100_000)
  .option('--batch <number>', 'messages of a batch', wholeNumber, 500)
  .option('--partitions <number>', 'partitions of each of our topics', wholeNumber, 6)
  .option(
    '--growth <lines>',
    `measure how the cost of a member grows instead, with some of ${lineNames.join(', ')}, or all`,
    linesOf,
  )
  .option('--points <number>', 'points of each of these lines, the smallest first', wholeNumber, 3)
  .option(
    '--peers',
    'compare with BullMQ and @moleculer/channels on Redis, @platformatic/kafka on Kafka; installed when missing',
    false,
  )
  .parse();

const given = program.opts<Options>();
await (given.growth === undefined ? main(given) : growth(given, given.growth));

async function growth(options: Options, names: readonly LineName[]): Promise<void> {
  const lines: MeasuredLine[] = [];
  const setting = settingOf(process.argv.slice(2));
  await using place = await backendFor(options).places();
  for await (const line of measureGrowth({ url: place.ours, names, points: options.points, progress })) {
    lines.push(line);
    process.stdout.write(`${growthTables([line])}\n`);
    // What took minutes to measure is not lost when the rest is cut short.
    if (options.json) await writeFile(options.json, `${JSON.stringify({ setting, lines }, null, 2)}\n`);
    if (options.html) await writeFile(options.html, growthPage(lines, setting));
  }
}

async function main(options: Options): Promise<void> {
  const rows: Row[] = [];
  const report = async (): Promise<void> => {
    const setting = settingOf(process.argv.slice(2));
    process.stdout.write(`${tablesOf(rows)}\n`);
    if (options.json) await writeFile(options.json, `${JSON.stringify({ setting, rows }, null, 2)}\n`);
    if (options.html) await writeFile(options.html, pageOf(rows, setting));
  };
  // What took minutes to measure is not lost when the rest is cut short.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void report().finally(() => process.exit(1)));
  }
  if (options.against === undefined)
    for await (const measured of comparisons(options, backendFor(options))) rows.push(...measured);
  else rows.push(...(await compareBuilds({ ...buildsOf(options), worktree: options.against, progress })));
  await report();
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Each build measures its own library by the same cases. */
function buildsOf({ backend, cases, rounds, messages, batch, partitions, peers }: Options): {
  readonly parameters: readonly string[];
  readonly rounds: number;
} {
  const sizes = { messages, batch, partitions };
  return {
    rounds,
    parameters: [
      ...['--backend', backend, '--cases', cases.join(',')],
      ...Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...(peers ? ['--peers'] : []),
    ],
  };
}

async function* comparisons(options: Options, backend: Backend): AsyncGenerator<readonly Row[]> {
  const { rounds, messages, batch, partitions } = options;
  const workload = { messages, batch, partitions };
  const cases = singles.filter((name) => options.cases.includes(name));
  const { name, reference } = backend;
  const common = { backend: name, url: options.backend, reference, rounds, workload, progress };
  if (cases.length > 0) yield await compare({ ...common, ours: backend.ours('plain'), suffix: '' }, cases);
  const withSchema = cases.filter((name) => name === 'read' || name === 'consume' || name === 'exactly-once');
  if (withSchema.length > 0) {
    yield await compare({ ...common, ours: backend.ours('checked'), suffix: '-zod' }, withSchema);
  }
  if (options.cases.includes('traced')) {
    yield await compareTraced({ backend: backend.name, url: options.backend, rounds, workload, progress });
  }
  const few = { rounds: Math.min(rounds, 3), workload, progress };
  if (options.cases.includes('chain')) yield await compareChains({ ...few, backend });
  yield* redisComparisons(options, { ...few, backend });
  if (options.peers && backend.kafkaUrl !== undefined) {
    yield await compareKafkaClient({ ...few, url: backend.kafkaUrl, ours: backend.ours('plain') });
  }
}

/** Cases that only Redis has. */
async function* redisComparisons(
  { cases, peers }: Options,
  { backend, rounds, workload, progress }: ChainComparison,
): AsyncGenerator<readonly Row[]> {
  const url = backend.redisUrl;
  if (url === undefined) return;
  const common = { url, backend: backend.name, rounds, workload, progress };
  if (cases.includes('members')) yield await compareMembers(common);
  if (cases.includes('memory')) yield [await compareMemory(backend, url, workload)];
  if (peers) yield await comparePeers({ ...common, ours: backend.ours('plain') });
}

function backendFor(options: Options): Backend {
  const backend = backendOf(options.backend, options.partitions);
  if (backend) return backend;
  return program.error(
    `error: there is nothing to compare ${JSON.stringify(options.backend)} with; use embedded:, redis://… or kafka://…`,
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

function linesOf(text: string): readonly LineName[] {
  return text === 'all' ? lineNames : namesOf(text, lineNames, 'line');
}

function casesOf(text: string): Case[] {
  return namesOf(text, all, 'case');
}

function namesOf<Name extends string>(text: string, names: readonly Name[], what: string): Name[] {
  return text.split(',').map((part) => {
    const name = names.find((each) => each === part.trim());
    if (name) return name;
    throw new InvalidArgumentError(
      `There is no ${what} ${JSON.stringify(part)}; choose from ${names.join(', ')}.`,
    );
  });
}
