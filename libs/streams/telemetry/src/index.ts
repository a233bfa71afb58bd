export { measureBacklog } from './metrics/backlog-metrics.ts';
export { groupMetrics } from './metrics/group-metrics.ts';
export { Metrics } from './metrics/metrics.ts';
export { measureProcess } from './metrics/process-metrics.ts';
