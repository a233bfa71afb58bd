import { backendOf } from '../backends/backend-of.ts';
import type { Variant } from '../ours/side.ts';
import type { Side } from '../side.ts';
import type { Workload } from '../workload.ts';

export type TracedVariant = Extract<Variant, 'plain' | 'carrying' | 'traced'>;

export interface SideOrder {
  readonly url: string;
  readonly variant: TracedVariant;
  readonly workload: Workload;
}

export type TracedCase = 'produce' | 'consume' | 'exactly-once';

/** Messages a second by the clock, and microseconds of processor time a message, of all threads of this process. */
export interface Figures {
  readonly rate: number;
  readonly processor: number;
}

export type SideFigures = Readonly<Record<TracedCase, Figures>>;

/** So many rounds do not count: they let the code be compiled. */
const warmUps = 4;

// A process that is traced or is not, as a service is: tells its parent what it measured, and ends.
const order = JSON.parse(process.argv[2] ?? '{}') as SideOrder;
for (let round = 0; round < warmUps; round++) await measureOnce(order);
process.send?.(await measureOnce(order), () => process.exit());

async function measureOnce({ url, variant, workload }: SideOrder): Promise<SideFigures> {
  const backend = backendOf(url, workload.partitions);
  if (!backend) throw new Error(`no backend at ${url}`);
  await using side = await backend.ours(variant)();
  return {
    produce: await figuresOf(side, workload, 'produce'),
    consume: await figuresOf(side, workload, 'consume'),
    'exactly-once': await figuresOf(side, workload, 'exactlyOnce'),
  };
}

async function figuresOf(
  side: Side,
  workload: Workload,
  work: 'produce' | 'consume' | 'exactlyOnce',
): Promise<Figures> {
  const before = process.cpuUsage();
  const started = performance.now();
  await side[work](workload);
  const rate = (workload.messages / (performance.now() - started)) * 1000;
  const { user, system } = process.cpuUsage(before);
  return { rate, processor: (user + system) / workload.messages };
}
