import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startVitest } from 'vitest/node';
import { mutants } from './mutants/mutants.ts';

const contract = fileURLToPath(new URL('mutants/mutant.contract.ts', import.meta.url));
const condition = '@millrace/source';

/** A suite that cannot fail proves nothing: each of these drivers has one defect, and the contract must find it. */
describe('the contract catches a driver that', () => {
  test.each(Object.entries(mutants))('%s', async (mutant, { breaks, caughtBy }) => {
    const failed = await failuresOf(mutant, caughtBy);
    expect(failed, `tests that notice it when the driver does not keep "${breaks}"`).not.toEqual([]);
  });
});

async function failuresOf(mutant: string, caughtBy: string): Promise<string[]> {
  const runner = await startVitest(
    'test',
    [contract],
    {
      config: false,
      watch: false,
      include: ['**/*.contract.ts'],
      reporters: [{}],
      testNamePattern: caughtBy,
      provide: { mutant },
      execArgv: [`--conditions=${condition}`, '--disable-warning=ExperimentalWarning'],
    },
    { resolve: { conditions: [condition] }, ssr: { resolve: { conditions: [condition] } } },
  );
  try {
    const modules = runner.state.getTestModules();
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const run = tests.filter((each) => each.result().state !== 'skipped');
    expect(run, `tests named like ${caughtBy}`).not.toEqual([]);
    return run.filter((each) => each.result().state === 'failed').map((each) => each.fullName);
  } finally {
    await runner.close();
    // The inner run fails on purpose and says so with this process's exit code.
    process.exitCode = 0;
  }
}
