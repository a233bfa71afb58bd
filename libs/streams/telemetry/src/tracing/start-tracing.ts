import { randomUUID } from 'node:crypto';
import { createStreams } from '@millrace/streams';
import { context, DiagLogLevel, diag, isSpanContextValid, SpanKind, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SamplerName } from '../sampler-names.ts';
import type { SpanDescription, Tracing } from '../tracing.ts';
import { isSampled } from './carrier.ts';
import { manageContexts } from './contexts.ts';
import type { SpanShape } from './own-span.ts';
import { RecordTracer } from './record-tracer.ts';
import { requestSpan } from './request-span.ts';
import { samplerOf } from './sampler.ts';
import { samplingOf } from './sampling.ts';
import { SpanStarter } from './span-starter.ts';
import { endingWith } from './spans.ts';
import { TraceIds } from './trace-ids.ts';
import type { TraceSpan } from './trace-span.ts';
import { tracedStreams } from './traced-streams.ts';
import { wallClock } from './wall-clock.ts';

export interface TracingOptions {
  /** `service.name` of every span. */
  readonly service: string;
  /** `service.namespace`: which of several shops it belongs to. */
  readonly namespace?: string;
  readonly sampler: SamplerName;
  /** From 0 to 1, for the samplers that have one. */
  readonly ratio: number;
  /** Where ended spans go. Those of our own, all but the requests', are told by their end alone. */
  readonly spans: SpanProcessor;
  /** Told of what goes wrong while spans are exported. */
  readonly onProblem?: (problem: string) => void;
}

/** How long a stop waits for the last spans to leave. */
const lastSpansMs = 2_000;

/**
 * Starts tracing in this process. Which span is active is known to OpenTelemetry's API too, so that a handler may use
 * it; of several at once, the first caller's spans are the ones that it makes.
 */
export function startTracing(options: TracingOptions): Tracing {
  manageContexts();
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
  const isGlobal = trace.setGlobalTracerProvider(provider);
  const scope = { name: 'millrace' };
  const tracer = provider.getTracer(scope.name);
  const spans = new SpanStarter(ids, samplingOf(options.sampler, options.ratio), {
    resource,
    instrumentationScope: scope,
    ended: (span) => options.spans.onEnd(span),
  });
  const child = childSpans(spans);
  return {
    streams: (driver) =>
      createStreams(driver, (streams) => tracedStreams(streams, new RecordTracer(spans, driver.name))),
    inSpan(description, work) {
      const span = child(description);
      return span
        ? endingWith([span], () => context.with(trace.setSpanContext(context.active(), span.context), work))
        : work();
    },
    ended: (description, durationMs) => child(description, wallClock() - durationMs)?.end(),
    request: (request) => requestSpan(tracer, request),
    logFields,
    [Symbol.asyncDispose]: () => {
      if (isGlobal) trace.disable();
      return shutDown(provider);
    },
  };
}

type ChildSpans = (description: SpanDescription, startMs?: number) => TraceSpan | undefined;

/** Undefined where no sampled span is active: the parts of what is not traced are no traces of their own. */
function childSpans(spans: SpanStarter): ChildSpans {
  const shapes = new Map<string, SpanShape>();
  const shapeOf = (name: string): SpanShape => {
    const shape = spans.shape(name, SpanKind.CLIENT, {});
    shapes.set(name, shape);
    return shape;
  };
  return ({ name, attributes: described }, startMs) => {
    const parent = trace.getSpanContext(context.active());
    if (!parent || !isSampled(parent)) return undefined;
    const start = startMs === undefined ? {} : { startMs };
    return spans.start(shapes.get(name) ?? shapeOf(name), { parent, described, ...start });
  };
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
