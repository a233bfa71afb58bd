import { type Headers, headerOf, readHeader, type StoredRecord } from '@millrace/streams';
import { type Context, ROOT_CONTEXT, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';

/** W3C Trace Context and Baggage: the headers `traceparent`, `tracestate` and `baggage`. */
const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

const headerNames: readonly string[] = propagator.fields();

/** The context that a record carries; the root context without a valid one. */
export function extractFromRecord(record: StoredRecord): Context {
  return isUnsampled(record)
    ? new UnsampledContext(record)
    : propagator.extract(ROOT_CONTEXT, record, fromRecord);
}

/**
 * Whether a record belongs to a trace that is not sampled, as nearly all do. Only an ordinary `traceparent` counts, one of
 * version 00 without flags; of that no more is looked at.
 */
function isUnsampled(record: StoredRecord): boolean {
  return readHeader(record, 'traceparent', endsInNoFlags) ?? false;
}

function endsInNoFlags(bytes: Uint8Array, start: number, end: number): boolean {
  const zero = 0x30;
  const dash = 0x2d;
  return (
    end - start === 55 &&
    bytes[start + 52] === dash &&
    bytes[start + 53] === zero &&
    bytes[start + 54] === zero
  );
}

/** The context of a record whose trace is not sampled: read when somebody asks, handed on as it came. */
class UnsampledContext implements Context {
  readonly #record: StoredRecord;
  #extracted: Context | undefined;

  constructor(record: StoredRecord) {
    this.#record = record;
  }

  getValue(key: symbol): unknown {
    return this.#read().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#read().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#read().deleteValue(key);
  }

  headers(): Headers {
    const headers: Record<string, string> = {};
    for (const name of headerNames) {
      const value = headerOf(this.#record, name);
      if (value !== undefined) headers[name] = value;
    }
    return headers;
  }

  #read(): Context {
    this.#extracted ??= propagator.extract(ROOT_CONTEXT, this.#record, fromRecord);
    return this.#extracted;
  }
}

/** The same of a request's headers or of headers that are to be sent. */
export function extractFromHeaders(headers: Readonly<Record<string, unknown>>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, fromHeaders);
}

/** The headers that carry a context. */
export function inject(context: Context): Headers {
  if (context instanceof UnsampledContext) return context.headers();
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, intoHeaders);
  return headers;
}

/** The span that is the parent in a context, if it is sampled. */
export function sampledSpanOf(context: Context): SpanContext | undefined {
  if (context instanceof UnsampledContext) return undefined;
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

/** Whether a trace goes on in this context that is not sampled: it has no spans, whatever the sampler says. */
export function passesUnsampled(context: Context): boolean {
  if (context instanceof UnsampledContext) return true;
  return trace.getSpanContext(context) !== undefined && sampledSpanOf(context) === undefined;
}
