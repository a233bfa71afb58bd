export { describeContract, describeWrapperContract } from './describe-contract.ts';
export type { Fault, Faults, Harness, OpenDriver, Opener } from './harness.ts';
