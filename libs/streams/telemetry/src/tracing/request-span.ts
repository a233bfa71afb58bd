import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { IncomingRequest, RequestAnswer, RequestSpan } from '../tracing.ts';
import { extractFromHeaders } from './propagation.ts';
import { attributes } from './span-attributes.ts';

/** The span of an HTTP request, in the trace that the caller says or in a new one. */
export function requestSpan(tracer: Tracer, { method, headers }: IncomingRequest): RequestSpan {
  const parent = extractFromHeaders(headers);
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
  const active = trace.setSpan(parent, span);
  return {
    run: (work) => context.with(active, work),
    end: (answer) => end(span, method, answer),
  };
}

function end(span: Span, method: string, { route, status }: RequestAnswer): void {
  if (span.isRecording()) {
    if (route !== undefined) span.updateName(`${method} ${route}`);
    const errorType = status >= 500 ? String(status) : undefined;
    if (errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttributes(attributes({ requestMethod: method, route, responseStatus: status, errorType }));
  }
  span.end();
}
