import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExportTraceServiceResponse,
  type ISerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { BatchSpanProcessor, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { OwnSpan } from '../own-span.ts';
import { encodeOwnSpans } from './own-spans.ts';

/**
 * A processor that sends spans to a collector (OTLP over HTTP) in batches; what it cannot send in time it drops, and
 * says how many those were. Headers, time limits and compression are those of the OTEL_EXPORTER_OTLP_… variables.
 */
export function exportTo(endpoint: string, everyMs: number): SpanProcessor {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const options = convertLegacyHttpOptions({ url }, 'TRACES', 'v1/traces', {
    'Content-Type': 'application/x-protobuf',
  });
  const exporter = new OTLPExporterBase<ReadableSpan[]>(
    createOtlpHttpExportDelegate(
      options,
      serializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    ),
  );
  return new BatchSpanProcessor({ exporter, scheduledDelayMillis: everyMs });
}

/** Spans of our own are encoded by ourselves, at a tenth of the cost; all others by the SDK. */
const serializer: ISerializer<ReadableSpan[], IExportTraceServiceResponse> = {
  serializeRequest(spans) {
    const own: OwnSpan[] = [];
    const others: ReadableSpan[] = [];
    for (const span of spans) {
      if (span instanceof OwnSpan) own.push(span);
      else others.push(span);
    }
    const encoded = encodeOwnSpans(own);
    if (others.length === 0) return encoded;
    return Buffer.concat([encoded, ProtobufTraceSerializer.serializeRequest(others) ?? new Uint8Array()]);
  },
  deserializeResponse: (data) => ProtobufTraceSerializer.deserializeResponse(data),
};
