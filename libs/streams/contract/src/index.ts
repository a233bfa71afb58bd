export { describeContract } from './describe-contract.ts';
export type { Fault, Faults, Harness, OpenDriver, Opener } from './harness.ts';
