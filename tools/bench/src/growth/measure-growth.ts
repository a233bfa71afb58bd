import { type Figures, measurePoint } from './measure-point.ts';
import { type LineName, lines } from './points.ts';

export interface MeasuredLine {
  readonly name: LineName;
  readonly counts: string;
  readonly points: readonly MeasuredPoint[];
}

export interface MeasuredPoint {
  readonly at: number;
  /** Or why it could not be measured. */
  readonly figures: Figures | string;
}

export interface GrowthOptions {
  readonly url: string;
  readonly names: readonly LineName[];
  /** Of each line, the smallest first. */
  readonly points: number;
  readonly progress: (text: string) => void;
}

/** Measures how the cost of a member grows with each dimension of its load, one after another. */
export async function* measureGrowth({
  url,
  names,
  points,
  progress,
}: GrowthOptions): AsyncGenerator<MeasuredLine> {
  for (const name of names) {
    const line = lines[name];
    const measured: MeasuredPoint[] = [];
    for (const { at, point } of line.points.slice(0, points)) {
      progress(`${name}: ${at.toLocaleString('en')} ${line.counts}`);
      measured.push({ at, figures: await measurePoint(url, point).catch(reasonOf) });
    }
    yield { name, counts: line.counts, points: measured };
  }
}

/** The largest points may be more than a server takes; what the others showed is not lost then. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
