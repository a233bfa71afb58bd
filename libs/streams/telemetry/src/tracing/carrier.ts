import type { Headers } from '@millrace/streams';
import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { parseTraceParent, TRACE_PARENT_HEADER, TRACE_STATE_HEADER, TraceState } from '@opentelemetry/core';

/** The trace context that a record or request carries (W3C Trace Context); undefined without a valid one. */
export function carriedBy(headers: Readonly<Record<string, unknown>>): SpanContext | undefined {
  const parent = headers[TRACE_PARENT_HEADER];
  if (typeof parent !== 'string') return undefined;
  const spanContext = parseTraceParent(parent);
  if (!spanContext) return undefined;
  const state = headers[TRACE_STATE_HEADER];
  return {
    ...spanContext,
    isRemote: true,
    ...(typeof state === 'string' ? { traceState: new TraceState(state) } : {}),
  };
}

/** The headers that carry a trace context. */
export function carrying({ traceId, spanId, traceFlags, traceState }: SpanContext): Headers {
  const sampled = isSampled({ traceFlags }) ? '01' : '00';
  const parent = `00-${traceId}-${spanId}-${sampled}`;
  const state = traceState?.serialize();
  return state
    ? { [TRACE_PARENT_HEADER]: parent, [TRACE_STATE_HEADER]: state }
    : { [TRACE_PARENT_HEADER]: parent };
}

export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** A context in which this span is the parent; the root context without one. */
export function below(spanContext: SpanContext | undefined): Context {
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}
