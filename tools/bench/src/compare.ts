import { median, percentile, type Row } from './row.ts';
import type { OpenSide, Side } from './side.ts';
import type { Workload } from './workload.ts';

export type CaseName = 'produce' | 'read' | 'consume' | 'exactly-once' | 'latency';

export interface Comparison {
  readonly backend: string;
  readonly ours: OpenSide;
  readonly reference: OpenSide;
  readonly rounds: number;
  readonly workload: Workload;
  /** Appended to the names of the cases. */
  readonly suffix: string;
  readonly progress: (text: string) => void;
}

type Times = Record<CaseName, number[][]>;

const lone = 200;

/**
 * Rounds in turns, each on a fresh place: ours, theirs, theirs, ours, …, so that a slow minute hits both. One round
 * before them does not count: it lets both sides be compiled.
 */
export async function compare(comparison: Comparison, cases: readonly CaseName[]): Promise<Row[]> {
  const ours = emptyTimes();
  const theirs = emptyTimes();
  let name = '';
  for (let round = 0; round <= comparison.rounds; round++) {
    const warmUp = round === 0;
    const turns = [
      { open: comparison.ours, times: warmUp ? emptyTimes() : ours },
      { open: comparison.reference, times: warmUp ? emptyTimes() : theirs },
    ];
    if (round % 2 === 1) turns.reverse();
    for (const { open, times } of turns) {
      await using side = await open();
      comparison.progress(`${warmUp ? 'warm-up' : `round ${round} of ${comparison.rounds}`}: ${side.name}`);
      await measure(side, comparison.workload, { cases, times });
      if (open === comparison.reference) name = side.name;
    }
  }
  return cases.flatMap((each) => rowsOf(each, { comparison, name, ours: ours[each], theirs: theirs[each] }));
}

async function measure(
  side: Side,
  workload: Workload,
  { cases, times }: { readonly cases: readonly CaseName[]; readonly times: Times },
): Promise<void> {
  const rate = async (name: CaseName, work: (workload: Workload) => Promise<void>): Promise<void> => {
    const started = performance.now();
    await work(workload);
    times[name].push([(workload.messages / (performance.now() - started)) * 1000]);
  };
  await rate('produce', (load) => side.produce(load));
  if (cases.includes('read')) await rate('read', (load) => side.read(load));
  if (cases.includes('consume')) await rate('consume', (load) => side.consume(load));
  if (cases.includes('exactly-once')) await rate('exactly-once', (load) => side.exactlyOnce(load));
  if (cases.includes('latency')) times.latency.push(await side.latency({ ...workload, messages: lone }));
}

function emptyTimes(): Times {
  return { produce: [], read: [], consume: [], 'exactly-once': [], latency: [] };
}

interface Measured {
  readonly comparison: Comparison;
  readonly name: string;
  readonly ours: readonly (readonly number[])[];
  readonly theirs: readonly (readonly number[])[];
}

function rowsOf(name: CaseName, measured: Measured): Row[] {
  const { backend, suffix } = measured.comparison;
  const common = { backend, reference: measured.name };
  if (name !== 'latency') {
    const ours = median(measured.ours.flat());
    const theirs = median(measured.theirs.flat());
    return [{ ...common, case: name + suffix, ours, theirs, ratio: ours / theirs, unit: 'messages/s' }];
  }
  return [0.5, 0.99].map((share) => {
    const ours = percentile(measured.ours.flat(), share);
    const theirs = percentile(measured.theirs.flat(), share);
    const unit = share === 0.5 ? 'ms p50' : 'ms p99';
    return { ...common, case: name + suffix, ours, theirs, ratio: theirs / ours, unit };
  });
}
