import type { Outcome } from './read-back.ts';
import { reconcile } from './reconcile.ts';
import { discrepancyLines, reportTable } from './table.ts';

/** What a person is told at the end, and whether everything reconciles. */
export interface Presentation {
  readonly lines: readonly string[];
  readonly reconciles: boolean;
}

export function present(outcome: Outcome): Presentation {
  const { report, facts, lostPositions } = outcome;
  const discrepancies = reconcile(report, facts);
  const verdict =
    discrepancies.length === 0
      ? ['Everything reconciles.']
      : ['What does not reconcile:', ...discrepancyLines(discrepancies).map((line) => `  ${line}`)];
  const lost =
    lostPositions.length === 0 ? [] : [`The first of the lost records: ${lostPositions.join(', ')}`];
  return { lines: [reportTable(report), ...verdict, ...lost], reconciles: discrepancies.length === 0 };
}
