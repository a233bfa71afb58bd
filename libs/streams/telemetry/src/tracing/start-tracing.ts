import { randomUUID } from 'node:crypto';
import { createStreams } from '@millrace/streams/driver';
import {
  context,
  DiagLogLevel,
  diag,
  isSpanContextValid,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { conventions } from '../attribute-names.ts';
import type { SamplerName } from '../sampler-names.ts';
import type { SpanDescription, Tracing } from '../tracing.ts';
import { sampledSpanOf } from './propagation.ts';
import { RecordTracer } from './record-tracer.ts';
import { requestSpan } from './request-span.ts';
import { samplerOf } from './sampler.ts';
import { attributes, endingWith } from './span-attributes.ts';
import { tracedStreams } from './traced-streams.ts';

export interface TracingOptions {
  /** `service.name` of every span. */
  readonly service: string;
  /** `service.namespace`: which of several shops it belongs to. */
  readonly namespace?: string;
  readonly sampler: SamplerName;
  /** From 0 to 1, for the samplers that have one. */
  readonly ratio: number;
  /** Where ended spans go. */
  readonly spans: SpanProcessor;
  /** Told of what goes wrong while spans are exported. */
  readonly onProblem?: (problem: string) => void;
}

export interface BatchOptions {
  /** Milliseconds between two exports. Default: 5000. */
  readonly scheduleDelay?: number;
  /** Spans that wait for their export; more are dropped. Default: 2048. */
  readonly maxQueueSize?: number;
  /** Spans of one export. Default: 512. */
  readonly maxExportBatchSize?: number;
  /** Milliseconds after which an export is given up. Default: 30000. */
  readonly exportTimeout?: number;
}

/** How long a stop waits for the last spans to leave. */
const lastSpansMs = 2_000;

/**
 * A processor that sends spans to a collector (OTLP over HTTP) in batches. Headers, time limits and compression are those
 * of the OTEL_EXPORTER_OTLP_… variables.
 */
export function exportTo(endpoint: string, batch: BatchOptions = {}): SpanProcessor {
  const { scheduleDelay, maxQueueSize, maxExportBatchSize, exportTimeout } = batch;
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  return new BatchSpanProcessor({
    exporter,
    ...(scheduleDelay === undefined ? {} : { scheduledDelayMillis: scheduleDelay }),
    ...(maxQueueSize === undefined ? {} : { maxQueueSize }),
    ...(maxExportBatchSize === undefined ? {} : { maxExportBatchSize }),
    ...(exportTimeout === undefined ? {} : { exportTimeoutMillis: exportTimeout }),
  });
}

/**
 * Starts tracing in this process. Which span is active is known to OpenTelemetry's API too, so that a handler may use
 * it; of several at once, the first caller's spans are the ones that it makes.
 */
export function startTracing(options: TracingOptions): Tracing {
  manageContexts();
  const { onProblem } = options;
  if (onProblem)
    diag.setLogger(problemLogger(onProblem), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.instance.id': randomUUID(),
      ...(options.namespace === undefined ? {} : { 'service.namespace': options.namespace }),
    }),
    sampler: samplerOf(options.sampler, options.ratio),
    spanProcessors: [options.spans],
  });
  const isGlobal = trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('millrace', undefined, {
    schemaUrl: `https://opentelemetry.io/schemas/${conventions}`,
  });
  return {
    streams: (driver) =>
      createStreams(driver, (streams) => tracedStreams(streams, new RecordTracer(tracer, driver.name))),
    inSpan(description, work) {
      const span = childSpan(tracer, description);
      return span
        ? endingWith([span], () => context.with(trace.setSpan(context.active(), span), work))
        : work();
    },
    ended: (description, durationMs) => childSpan(tracer, description, Date.now() - durationMs)?.end(),
    request: (request) => requestSpan(tracer, request),
    logFields,
    [Symbol.asyncDispose]: () => {
      if (isGlobal) trace.disable();
      return shutDown(provider);
    },
  };
}

const contexts = new AsyncLocalStorageContextManager();
let offered = false;

/** From here on OpenTelemetry's API finds the active context, unless another manager was set before. */
function manageContexts(): void {
  if (offered) return;
  offered = true;
  context.setGlobalContextManager(contexts.enable());
}

/** Undefined where no sampled span is active: the parts of what is not traced are no traces of their own. */
function childSpan(tracer: Tracer, described: SpanDescription, startTime?: number): Span | undefined {
  if (!sampledSpanOf(context.active())) return undefined;
  return tracer.startSpan(described.name, {
    kind: SpanKind.CLIENT,
    attributes: attributes(described.attributes),
    ...(startTime === undefined ? {} : { startTime }),
  });
}

function logFields(): Readonly<Record<string, string>> {
  const active = trace.getSpanContext(context.active());
  if (!active || !isSpanContextValid(active)) return {};
  return { trace_id: active.traceId, span_id: active.spanId };
}

async function shutDown(provider: TracerProvider): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, lastSpansMs);
  // What the collector does not take any more is lost, and nobody's failure.
  await Promise.race([provider.shutdown().catch(sayLost), late]);
  clearTimeout(timer);
}

function sayLost(error: unknown): void {
  diag.warn(`the last spans were not taken: ${error instanceof Error ? error.message : String(error)}`);
}

function problemLogger(report: (problem: string) => void): Parameters<typeof diag.setLogger>[0] {
  const ignore = (): void => {};
  return { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
}
