import { randomUUID } from 'node:crypto';
import { createStreams } from '@millrace/streams';
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
import type { SamplerName } from '../sampler-names.ts';
import type { SpanDescription, Tracing } from '../tracing.ts';
import { isSampled } from './carrier.ts';
import { RecordTracer } from './record-tracer.ts';
import { requestSpan } from './request-span.ts';
import { samplerOf } from './sampler.ts';
import { attributes, endingWith } from './spans.ts';
import { TraceIds } from './trace-ids.ts';
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

/** How long a stop waits for the last spans to leave. */
const lastSpansMs = 2_000;

/**
 * Starts tracing in this process. Which span is active is known to OpenTelemetry's API too, so that a handler may use
 * it; the first caller's spans are the ones that it makes.
 */
export function startTracing(options: TracingOptions): Tracing {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { onProblem } = options;
  if (onProblem)
    diag.setLogger(problemLogger(onProblem), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const sampler = samplerOf(options.sampler, options.ratio);
  const idGenerator = new TraceIds(sampler);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.instance.id': randomUUID(),
      ...(options.namespace === undefined ? {} : { 'service.namespace': options.namespace }),
    }),
    sampler,
    idGenerator,
    spanProcessors: [options.spans],
  });
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('millrace');
  return {
    streams: (driver) =>
      createStreams(driver, (streams) =>
        tracedStreams(streams, new RecordTracer(tracer, idGenerator, driver.name)),
      ),
    inSpan(description, work) {
      const span = childSpan(tracer, description);
      if (!span) return work();
      return endingWith([span], () => context.with(trace.setSpan(context.active(), span), work));
    },
    ended: (description, durationMs) => childSpan(tracer, description, Date.now() - durationMs)?.end(),
    request: (request) => requestSpan(tracer, request),
    logFields,
    [Symbol.asyncDispose]: () => shutDown(provider),
  };
}

/** A processor that sends spans to a collector (OTLP over HTTP) in batches; what it cannot send in time it drops. */
export function exportTo(endpoint: string, everyMs: number): SpanProcessor {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  return new BatchSpanProcessor({ exporter, scheduledDelayMillis: everyMs });
}

/** Undefined where no sampled span is active: the parts of what is not traced are no traces of their own. */
function childSpan(
  tracer: Tracer,
  { name, attributes: described }: SpanDescription,
  startTime?: number,
): Span | undefined {
  const active = trace.getSpanContext(context.active());
  if (!active || !isSampled(active)) return undefined;
  const start = startTime === undefined ? {} : { startTime };
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: attributes(described), ...start });
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
  await Promise.race([provider.shutdown().catch(() => undefined), late]);
  clearTimeout(timer);
}

function problemLogger(report: (problem: string) => void): Parameters<typeof diag.setLogger>[0] {
  const ignore = (): void => {};
  return { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
}
