export { exportTo } from './otlp/export-to.ts';
export { startTracing, type TracingOptions } from './start-tracing.ts';
