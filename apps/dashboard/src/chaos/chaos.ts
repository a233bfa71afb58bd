import { parseArgs } from 'node:util';
import type { Environment } from '@millrace/service';
import type { FaultBoard, FaultRun } from '../api/faults.ts';
import { DashboardClient } from './client.ts';
import { nextFault, randomOf } from './schedule.ts';
import { startShop } from './start-shop.ts';

const usage = `npm run chaos -- [--seed 7] [--minutes 10] [--backend redis|kafka | --url http://127.0.0.1:4000]

Breaks a shop at random for some minutes, by a seed that breaks it in the same order again, and exits with 0 when the
auditor says after every fault that all adds up, with 1 when it does not. Starts a shop of its own on free ports, on
STREAMS_URL or, with --backend, on a server of its own that is broken as well; with --url it breaks the one whose
dashboard is there.`;

const betweenMs = { least: 3_000, most: 12_000 } as const;
/** Longer than the dashboard itself waits after the last fault, whose own end may take a while. */
const verdictWithinMs = 420_000;

/** Returns the exit code. */
export async function runChaos(argv: readonly string[], environment: Environment): Promise<number> {
  const options = optionsOf(argv);
  if (typeof options === 'string') {
    console.log(options);
    return options === usage ? 0 : 2;
  }
  await using shop = options.url === undefined ? await startShop(environment, options.backend) : undefined;
  const client = new DashboardClient(shop?.url ?? options.url ?? '');
  console.log(`seed ${options.seed}, ${options.minutes} minutes, dashboard ${client.url}`);
  const random = randomOf(options.seed);
  const until = Date.now() + options.minutes * 60_000;
  const first = await client.board();
  if (first.problem !== null) {
    console.error(first.problem);
    return 2;
  }
  while (Date.now() < until) {
    const { name, target } = nextFault(first.faults, random);
    const run = await client.begin(name, target).catch((error: unknown) => String(error));
    console.log(
      `${clock()}  ${name}${target === undefined ? '' : ` ${target}`}${typeof run === 'string' ? `: ${run}` : ''}`,
    );
    await client.pause(betweenMs.least + random() * (betweenMs.most - betweenMs.least));
  }
  return report(await settled(client));
}

async function settled(client: DashboardClient): Promise<FaultBoard> {
  const until = Date.now() + verdictWithinMs;
  for (;;) {
    const board = await client.board();
    if (board.runs.every(({ verdict }) => verdict !== null) || Date.now() > until) return board;
    await client.pause(1_000);
  }
}

function report({ runs }: FaultBoard): number {
  const bad = runs.filter(({ verdict }) => verdict?.state !== 'adds-up');
  for (const run of runs.toReversed()) console.log(lineOf(run));
  const last = runs[0]?.verdict;
  console.log(
    `\n${runs.length} faults, after ${runs.length - bad.length} of them it adds up. ${last?.says ?? 'No verdict.'}`,
  );
  return bad.length === 0 && runs.length > 0 ? 0 : 1;
}

function lineOf({ name, target, said, effect, verdict }: FaultRun): string {
  const lag = effect.peakLag === null ? 'unknown' : effect.peakLag;
  return `${(verdict?.state ?? 'no verdict').padEnd(10)} ${name}${target === null ? '' : ` ${target}`}: ${said}; lag up to ${lag}, ${effect.deadLetters} dead letters`;
}

interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly url: string | undefined;
  readonly backend: string | undefined;
}

function optionsOf(argv: readonly string[]): ChaosOptions | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string', default: '7' },
        minutes: { type: 'string', default: '10' },
        url: { type: 'string' },
        backend: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return usage;
    const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
    if (!Number.isInteger(seed) || seed < 0) return `--seed ${values.seed} is no whole number from 0 on`;
    if (!(minutes > 0 && minutes <= 24 * 60)) return `--minutes ${values.minutes} is no number above 0`;
    const { url, backend } = values;
    if (url !== undefined && backend !== undefined)
      return `--url names a shop that has its backend already; leave out --backend\n\n${usage}`;
    return { seed, minutes, url, backend };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n\n${usage}`;
  }
}

function clock(): string {
  return new Date().toISOString().slice(11, 19);
}
