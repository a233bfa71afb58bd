import { fork } from 'node:child_process';
import { join } from 'node:path';
import { median, type Row } from '../row.ts';
import type { Workload } from '../workload.ts';
import type { SideFigures, SideOrder, TracedCase, TracedVariant } from './traced-side.ts';

export interface TracedComparison {
  readonly backend: string;
  readonly url: string;
  readonly rounds: number;
  readonly workload: Workload;
  readonly progress: (text: string) => void;
}

type Figures = Readonly<Record<TracedVariant, SideFigures[]>>;

const cases: readonly TracedCase[] = ['produce', 'consume', 'exactly-once'];
const turns: readonly TracedVariant[] = ['traced', 'carrying', 'plain'];
const program = join(import.meta.dirname, 'traced-side.ts');

/**
 * The library with a tenth of its messages traced against the library without tracing, in turns, each time in a process of
 * its own: a service is traced or it is not, and in one process the code of both would be compiled for both. A third side
 * has the header in each message and no tracing: no tracer could cost less.
 */
export async function compareTraced({ progress, rounds, ...common }: TracedComparison): Promise<Row[]> {
  const figures: Figures = { traced: [], carrying: [], plain: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const variant of round % 2 === 0 ? turns : turns.toReversed()) {
      progress(`traced, round ${round} of ${rounds}: ${variant}`);
      figures[variant].push(await runSide({ url: common.url, workload: common.workload, variant }));
    }
  }
  return cases.flatMap((name) =>
    (['carrying', 'traced'] as const).flatMap((variant) => rowsOf(name, variant, common.backend, figures)),
  );
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
  variant: Exclude<TracedVariant, 'plain'>,
  backend: string,
  figures: Figures,
): Row[] {
  const of = (side: TracedVariant, figure: 'rate' | 'processor'): number =>
    median(figures[side].map((each) => each[name][figure]));
  const common = { backend, reference: 'Millrace' };
  const rates = { ours: of(variant, 'rate'), theirs: of('plain', 'rate') };
  const times = { ours: of(variant, 'processor'), theirs: of('plain', 'processor') };
  return [
    { ...common, ...rates, case: `${name}-${variant}`, ratio: rates.ours / rates.theirs, unit: 'messages/s' },
    {
      ...common,
      ...times,
      case: `${name}-${variant}-processor`,
      ratio: times.theirs / times.ours,
      unit: 'µs of processor/message',
    },
  ];
}
