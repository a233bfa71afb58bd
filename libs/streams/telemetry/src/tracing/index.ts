export { type BatchOptions, exportTo, startTracing, type TracingOptions } from './start-tracing.ts';
