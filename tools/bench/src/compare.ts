import { type Cost, CostMeter, medianCost } from './cost.ts';
import { median, percentile, type Row, type Unit } from './row.ts';
import type { OpenSide, Side } from './side.ts';
import type { Workload } from './workload.ts';

export type CaseName = 'produce' | 'read' | 'consume' | 'exactly-once' | 'latency';

export interface Comparison {
  readonly backend: string;
  readonly ours: OpenSide;
  readonly reference: OpenSide;
  /** A streams URL. */
  readonly url: string;
  readonly rounds: number;
  readonly workload: Workload;
  /** Appended to the names of the cases. */
  readonly suffix: string;
  readonly progress: (text: string) => void;
}

/** Of each round: a rate and what a message cost, or the latencies of lone messages. */
type Times = Record<CaseName, { readonly values: number[]; readonly cost?: Cost }[]>;

const lone = 200;

/**
 * Rounds in turns, each on a fresh place: ours, theirs, theirs, ours, …, so that a slow minute hits both. One round
 * before them does not count: it lets both sides be compiled.
 */
export async function compare(comparison: Comparison, cases: readonly CaseName[]): Promise<Row[]> {
  const ours = emptyTimes();
  const theirs = emptyTimes();
  const meter = await CostMeter.of(comparison.url);
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
      await measure(side, comparison.workload, { cases, times, meter });
      if (open === comparison.reference) name = side.name;
    }
  }
  return cases.flatMap((each) => rowsOf(each, { comparison, name, ours: ours[each], theirs: theirs[each] }));
}

async function measure(
  side: Side,
  workload: Workload,
  {
    cases,
    times,
    meter,
  }: { readonly cases: readonly CaseName[]; readonly times: Times; readonly meter: CostMeter },
): Promise<void> {
  const rate = async (name: CaseName, work: (workload: Workload) => Promise<void>): Promise<void> => {
    let milliseconds = 0;
    const cost = await meter.measure(workload.messages, async () => {
      const started = performance.now();
      await work(workload);
      milliseconds = performance.now() - started;
    });
    times[name].push({ values: [(workload.messages / milliseconds) * 1000], cost });
  };
  await rate('produce', (load) => side.produce(load));
  if (cases.includes('read')) await rate('read', (load) => side.read(load));
  if (cases.includes('consume')) await rate('consume', (load) => side.consume(load));
  if (cases.includes('exactly-once')) await rate('exactly-once', (load) => side.exactlyOnce(load));
  if (cases.includes('latency'))
    times.latency.push({ values: await side.latency({ ...workload, messages: lone }) });
}

function emptyTimes(): Times {
  return { produce: [], read: [], consume: [], 'exactly-once': [], latency: [] };
}

interface Measured {
  readonly comparison: Comparison;
  readonly name: string;
  readonly ours: Times[CaseName];
  readonly theirs: Times[CaseName];
}

function rowsOf(name: CaseName, { comparison, name: reference, ours, theirs }: Measured): Row[] {
  const { backend, suffix } = comparison;
  const row = (unit: Unit, figure: (values: readonly number[]) => number): Row => {
    // More messages a second are better, and fewer milliseconds.
    const ratio = (mine: number, other: number): number =>
      unit === 'messages/s' ? mine / other : other / mine;
    const of = (rounds: Times[CaseName]): number => figure(rounds.flatMap(({ values }) => values));
    const each = ours.map(({ values }, round) => ratio(figure(values), figure(theirs[round]?.values ?? [])));
    return {
      case: name + suffix,
      backend,
      reference,
      ours: of(ours),
      theirs: of(theirs),
      ratio: ratio(of(ours), of(theirs)),
      unit,
      spread: [Math.min(...each), Math.max(...each)],
    };
  };
  if (name === 'latency')
    return [
      row('ms p50', (values) => percentile(values, 0.5)),
      row('ms p99', (values) => percentile(values, 0.99)),
    ];
  const costOf = (rounds: Times[CaseName]): Cost => medianCost(rounds.flatMap(({ cost }) => cost ?? []));
  return [{ ...row('messages/s', median), costs: { ours: costOf(ours), theirs: costOf(theirs) } }];
}
