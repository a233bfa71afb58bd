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
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SamplerName } from '../sampler-names.ts';
import type { SpanDescription, Tracing } from '../tracing.ts';
import { isSampled } from './carrier.ts';
import { RecordTracer } from './record-tracer.ts';
import { requestSpan } from './request-span.ts';
import { samplerOf } from './sampler.ts';
import { samplingOf } from './sampling.ts';
import { attributes, endingSpan, endingWith } from './spans.ts';
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
  /** Where ended spans go. Spans of records are told by their end alone. */
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
  const ids = new TraceIds();
  const resource = resourceFromAttributes({
    'service.name': options.service,
    'service.instance.id': randomUUID(),
    ...(options.namespace === undefined ? {} : { 'service.namespace': options.namespace }),
  });
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(options.sampler, options.ratio),
    idGenerator: ids,
    spanProcessors: [options.spans],
  });
  trace.setGlobalTracerProvider(provider);
  const scope = { name: 'millrace' };
  const tracer = provider.getTracer(scope.name);
  const recording = {
    ids,
    sampling: samplingOf(options.sampler, options.ratio),
    origin: {
      resource,
      instrumentationScope: scope,
      ended: (span: ReadableSpan) => options.spans.onEnd(span),
    },
  };
  return {
    streams: (driver) =>
      createStreams(driver, (streams) =>
        tracedStreams(streams, new RecordTracer({ ...recording, system: driver.name })),
      ),
    inSpan(description, work) {
      const span = childSpan(tracer, description);
      if (!span) return work();
      return endingWith([endingSpan(span)], () => context.with(trace.setSpan(context.active(), span), work));
    },
    ended: (description, durationMs) => childSpan(tracer, description, Date.now() - durationMs)?.end(),
    request: (request) => requestSpan(tracer, request),
    logFields,
    [Symbol.asyncDispose]: () => shutDown(provider),
  };
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
