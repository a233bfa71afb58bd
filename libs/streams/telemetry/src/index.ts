export { type AttributeName, attributeNames } from './attribute-names.ts';
export { measureBacklog } from './metrics/backlog-metrics.ts';
export { groupMetrics } from './metrics/group-metrics.ts';
export { Metrics } from './metrics/metrics.ts';
export { measureProcess } from './metrics/process-metrics.ts';
export { type SamplerName, samplerNames } from './sampler-names.ts';
export {
  type IncomingRequest,
  noTracing,
  type RequestAnswer,
  type RequestSpan,
  type SpanDescription,
  type Tracing,
} from './tracing.ts';
