import { type Headers, headerOf, type StoredRecord } from '@millrace/streams';
import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';

/** W3C Trace Context and Baggage: the headers `traceparent`, `tracestate` and `baggage`. */
const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

/** The context that a record carries; the root context without a valid one. */
export function extractFromRecord(record: StoredRecord): Context {
  return propagator.extract(ROOT_CONTEXT, record, fromRecord);
}

/** The same of a request's headers or of headers that are to be sent. */
export function extractFromHeaders(headers: Readonly<Record<string, unknown>>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, fromHeaders);
}

/** The headers that carry a context. */
export function inject(context: Context): Headers {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, intoHeaders);
  return headers;
}

/** The span that is the parent in a context, if it is sampled. */
export function sampledSpanOf(context: Context): SpanContext | undefined {
  const span = trace.getSpanContext(context);
  return span && (span.traceFlags & TraceFlags.SAMPLED) !== 0 ? span : undefined;
}

const fromRecord = {
  get: (record: StoredRecord, name: string): string | undefined => headerOf(record, name),
  keys: (record: StoredRecord): string[] => Object.keys(record.headers),
};

const fromHeaders = {
  get: (headers: Readonly<Record<string, unknown>>, name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  },
  keys: (headers: Readonly<Record<string, unknown>>): string[] => Object.keys(headers),
};

const intoHeaders = {
  set: (headers: Record<string, string>, name: string, value: string): void => {
    headers[name] = value;
  },
};
