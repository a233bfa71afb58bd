import { defineConfig } from 'vitest/config';

const source = '@millrace/source';
const folders = '{apps,libs,libs/streams,tools}/*/{src,test}';
const shared = { execArgv: [`--conditions=${source}`, '--disable-warning=ExperimentalWarning'] };

const byCost = (cost: string) => ({ name: cost, include: [`${folders}/**/*.${cost}.test.ts`] });

export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source] } },
  test: {
    ...shared,
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
