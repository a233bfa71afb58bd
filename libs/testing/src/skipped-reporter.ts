import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import './require-service.ts';

/** Ends a run with what was skipped and why, so that a green run is never mistaken for a whole one. */
export default class SkippedReporter implements Reporter {
  #filter: RegExp | undefined;

  onInit(vitest: Vitest): void {
    this.#filter = vitest.config.testNamePattern;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const reason of modules.flatMap((module) => this.#reasonsIn(module))) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    if (counts.size === 0) return;
    const lines = [...counts].map(
      ([reason, count]) => `  ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`,
    );
    console.log(['', 'Skipped:', ...lines, ''].join('\n'));
  }

  #reasonsIn(module: TestModule): string[] {
    return [...module.children.allTests('skipped')].map((test) =>
      this.#filter === undefined || this.#filter.test(test.fullName)
        ? reasonOf(test)
        : `not named by ${this.#filter}`,
    );
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return (
    test.meta().skipReason ?? note ?? `no reason given (${test.module.relativeModuleId}: ${test.fullName})`
  );
}
