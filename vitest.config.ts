import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './libs/testing/src/longest-first.ts';
import SkippedReporter from './libs/testing/src/skipped-reporter.ts';
import { waiting } from './libs/testing/src/waiting-files.ts';

const source = '@millrace/source';
const testing = join(import.meta.dirname, 'libs/testing/src');
const folders = '{apps,libs,tools}/**/{src,test}';

// The programs that tests start by the hundred inherit it, and then need not strip and compile their modules each time.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/node');

// Tests of what the generators make run where it is made.
const never = [...configDefaults.exclude, 'tools/generators/src/*/template/**'];

/** Tests by what they cost: unit runs alone, int uses servers and processes, e2e runs whole services. */
const byCost = (cost: 'unit' | 'int' | 'e2e'): { name: string; include: string[]; exclude: string[] } => ({
  name: cost,
  include: [`${folders}/**/*.${cost}.test.ts`],
  exclude: [...never, ...waiting],
});

/**
 * A file of these starts up to a dozen processes. A third file at a time would save a sixth of the run, and keep
 * processes that must show that they live from running for seconds.
 */
const processes = { maxWorkers: 2, maxConcurrency: 4, sequence: { groupOrder: 1 } } as const;

const hangLimits = {
  unit: { testTimeout: 30_000 },
  int: { testTimeout: 120_000, hookTimeout: 180_000 },
  e2e: { testTimeout: 300_000, hookTimeout: 240_000 },
} as const;

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    execArgv: [`--conditions=${source}`, '--disable-warning=ExperimentalWarning'],
    globalSetup: join(testing, 'temporary-folders/of-run.ts'),
    setupFiles: join(testing, 'temporary-folders/of-file.ts'),
    reporters: ['default', new SkippedReporter()],
    sequence: { sequencer: LongestFirst },
    projects: [
      // The limits catch what hangs, on a machine that does much else as well.
      { extends: true, test: { ...byCost('unit'), isolate: false, maxWorkers: 2, ...hangLimits.unit } },
      { extends: true, test: { ...byCost('int'), ...processes, ...hangLimits.int } },
      { extends: true, test: { ...byCost('e2e'), ...processes, ...hangLimits.e2e } },
      // Those that let time pass, build or install: more of them at a time, when the others are done.
      {
        extends: true,
        test: {
          ...{ name: 'waiting', include: [...waiting], exclude: never },
          ...{ ...processes, maxWorkers: 4, sequence: { groupOrder: 2 } },
          ...hangLimits.e2e,
        },
      },
    ],
  },
});
