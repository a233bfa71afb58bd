import type { Backend } from '../backends/backend.ts';
import { type Comparison, compare } from '../compare.ts';
import type { Row } from '../row.ts';

type TracedComparison = Omit<Comparison, 'backend' | 'ours' | 'reference' | 'suffix'> & {
  readonly backend: Backend;
};

/** The library with a tenth of its messages traced against the library without tracing. */
export function compareTraced({ backend, ...common }: TracedComparison): Promise<Row[]> {
  return compare(
    {
      ...common,
      backend: backend.name,
      ours: backend.ours('traced'),
      reference: backend.ours('plain'),
      suffix: '-traced',
      processorTime: true,
    },
    ['produce', 'consume', 'exactly-once'],
  );
}
