import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files of one group that take longest, longest first. A fresh clone knows no durations, so they stand here. */
const longest: readonly RegExp[] = [
  /kafka\/test\/contract\./,
  /redis\/test\/contract-cluster\./,
  /\/contract[^/]*\.test\.ts$/,
  /namespaced-contract\./,
  /generators\/test\/outside\./,
  /\.e2e\.test\.ts$/,
];

/** Starts the longest test files first: one that starts last holds up the whole run with one core. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}

function group({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function rank({ moduleId }: TestSpecification): number {
  const index = longest.findIndex((pattern) => pattern.test(moduleId));
  return index < 0 ? longest.length : index;
}
