import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExporterMetricsHelper,
  type IExportTraceServiceResponse,
  type ISerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { type BatchBounds, BatchProcessor } from './batch-processor.ts';
import type { EncodedSpans } from './span-batch.ts';

/**
 * A processor that sends spans to a collector (OTLP over HTTP) in batches; what it cannot send in time it drops, and
 * says how many those were. Headers, time limits and compression are those of the OTEL_EXPORTER_OTLP_… variables.
 */
export function exportTo(endpoint: string, bounds: BatchBounds): SpanProcessor {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const options = convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', {
    'Content-Type': 'application/x-protobuf',
  });
  return new BatchProcessor(
    createOtlpHttpExportDelegate(options, serializer, 'otlp_http_span_exporter', counting, undefined),
    bounds,
  );
}

const counting: IExporterMetricsHelper<EncodedSpans> = { name: 'span', countItems: ({ length }) => length };

const serializer: ISerializer<EncodedSpans, IExportTraceServiceResponse> = {
  serializeRequest: ({ bytes }) => bytes,
  deserializeResponse: (data) => ProtobufTraceSerializer.deserializeResponse(data),
};
