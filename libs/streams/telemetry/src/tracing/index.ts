export { exportTo, startTracing, type TracingOptions } from './start-tracing.ts';
