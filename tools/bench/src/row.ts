import type { Cost } from './cost.ts';

/** One line of the result. `ratio` is better the higher it is, whatever the unit. */
export interface Row {
  readonly case: string;
  readonly backend: string;
  readonly ours: number;
  /** What ours is measured against; begins with `hand-written` for a loop on the raw client. */
  readonly reference: string;
  readonly theirs: number;
  readonly ratio: number;
  readonly unit: Unit;
  /** The lowest and the highest ratio of a round. */
  readonly spread?: readonly [low: number, high: number];
  /** What a message cost; not where messages wait for one another. */
  readonly costs?: { readonly ours: Cost; readonly theirs: Cost };
}

export type Unit = 'messages/s' | 'ms p50' | 'ms p99' | 'bytes/message' | 'µs of processor/message';

/** The middle of the rounds, so that one disturbed round decides nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
