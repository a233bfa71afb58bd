import { fork } from 'node:child_process';
import { join } from 'node:path';
import { median, type Row } from '../row.ts';
import type { Workload } from '../workload.ts';
import type { SideFigures, SideOrder, TracedCase } from './traced-side.ts';

export interface TracedComparison {
  readonly backend: string;
  readonly url: string;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

const cases: readonly TracedCase[] = ['produce', 'consume', 'exactly-once'];
const program = join(import.meta.dirname, 'traced-side.ts');

/**
 * The library with a tenth of its messages traced against the library without tracing, in turns, each time in a process of
 * its own: a service is traced or it is not, and in one process the code of both would be compiled for both.
 */
export async function compareTraced({ progress, rounds, ...common }: TracedComparison): Promise<Row[]> {
  const figures: Record<SideOrder['variant'], SideFigures[]> = { traced: [], plain: [] };
  for (let round = 1; round <= rounds; round++) {
    const turns = ['traced', 'plain'] as const;
    for (const variant of round % 2 === 0 ? turns : turns.toReversed()) {
      progress(`traced, round ${round} of ${rounds}: ${variant}`);
      figures[variant].push(await runSide({ url: common.url, workload: common.workload, variant }));
    }
  }
  return cases.flatMap((name) => rowsOf(name, common.backend, figures));
}

function runSide(order: SideOrder): Promise<SideFigures> {
  const child = fork(program, [JSON.stringify(order)], { execArgv: ['--conditions=@millrace/source'] });
  return new Promise((resolve, reject) => {
    child.once('message', (figures: SideFigures) => resolve(figures));
    child.once('exit', (code, signal) =>
      reject(new Error(`the ${order.variant} side ended early (${signal ?? code})`)),
    );
  });
}

function rowsOf(
  name: TracedCase,
  backend: string,
  { traced, plain }: Readonly<Record<SideOrder['variant'], readonly SideFigures[]>>,
): Row[] {
  const of = (sides: readonly SideFigures[], figure: 'rate' | 'processor'): number =>
    median(sides.map((side) => side[name][figure]));
  const common = { backend, reference: 'Millrace' };
  const rates = { ours: of(traced, 'rate'), theirs: of(plain, 'rate') };
  const times = { ours: of(traced, 'processor'), theirs: of(plain, 'processor') };
  return [
    { ...common, ...rates, case: `${name}-traced`, ratio: rates.ours / rates.theirs, unit: 'messages/s' },
    {
      ...common,
      ...times,
      case: `${name}-traced-processor`,
      ratio: times.theirs / times.ours,
      unit: 'µs of processor/message',
    },
  ];
}
