import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

/** What this process takes of its machine. */
export function measureProcess(metrics: Metrics): void {
  const processor = metrics.observableCounter('processorTime');
  const resident = metrics.observableGauge('residentMemory');
  const heap = metrics.observableGauge('heapUsed');
  const delay = metrics.observableGauge('eventLoopDelay');
  const start = metrics.observableGauge('startTime');
  const startedAt = Date.now() / 1000 - process.uptime();
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  metrics.observe(
    (result) => {
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      result.observe(processor, (user + system) / 1e6);
      result.observe(resident, rss);
      result.observe(heap, heapUsed);
      result.observe(delay, loop.percentile(99) / 1e9);
      result.observe(start, startedAt);
      loop.reset();
    },
    [processor, resident, heap, delay, start],
  );
}
