import { noTracing, type Tracing } from '@millrace/streams-telemetry';
import type { SharedConfig } from '../config/shared.ts';

/** Tracing as the configuration asks for it; where it asks for none OpenTelemetry's tracing is not even loaded. */
export async function openTracing(
  service: string,
  config: SharedConfig,
  onProblem: (problem: string) => void,
): Promise<Tracing> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return noTracing;
  const { exportTo, startTracing } = await import('@millrace/streams-telemetry/tracing');
  return startTracing({
    service,
    ...(config.NAMESPACE === undefined ? {} : { namespace: config.NAMESPACE }),
    sampler: config.OTEL_TRACES_SAMPLER,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    spans: exportTo(endpoint, {
      scheduleDelay: config.OTEL_BSP_SCHEDULE_DELAY,
      maxQueueSize: config.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
      exportTimeout: config.OTEL_BSP_EXPORT_TIMEOUT,
    }),
    onProblem,
  });
}
