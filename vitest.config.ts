import { defineConfig } from 'vitest/config';
import SkippedReporter from './libs/testing/src/skipped-reporter.ts';

const source = '@millrace/source';
const folders = '{apps,libs,tools}/**/{src,test}';

/** Tests by what they cost: unit runs alone, int uses servers and processes, e2e runs whole services. */
const byCost = (cost: 'unit' | 'int' | 'e2e'): { name: string; include: string[] } => ({
  name: cost,
  include: [`${folders}/**/*.${cost}.test.ts`],
});

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    execArgv: [`--conditions=${source}`, '--disable-warning=ExperimentalWarning'],
    reporters: ['default', new SkippedReporter()],
    projects: [
      { extends: true, test: byCost('unit') },
      { extends: true, test: { ...byCost('int'), testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 } },
      {
        extends: true,
        test: { ...byCost('e2e'), testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false },
      },
    ],
  },
});
