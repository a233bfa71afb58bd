import type { Headers } from '@millrace/streams';
import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import {
  TraceState as ParsedState,
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
} from '@opentelemetry/core';

/** The trace context that a record or request carries (W3C Trace Context); undefined without a valid one. */
export function carriedBy(headers: Readonly<Record<string, unknown>>): SpanContext | undefined {
  const parent = headers[TRACE_PARENT_HEADER];
  if (typeof parent !== 'string') return undefined;
  const state = headers[TRACE_STATE_HEADER];
  if (isUnsampled(parent)) return new Carried(parent, typeof state === 'string' ? state : undefined);
  const spanContext = parseTraceParent(parent);
  if (!spanContext) return undefined;
  return {
    ...spanContext,
    isRemote: true,
    ...(typeof state === 'string' ? { traceState: new ParsedState(state) } : {}),
  };
}

/** The headers that carry a trace context. */
export function carrying(spanContext: SpanContext): Headers {
  if (spanContext instanceof Carried) return spanContext.headers;
  const { traceId, spanId, traceState } = spanContext;
  const parent = `00-${traceId}-${spanId}-${isSampled(spanContext) ? '01' : '00'}`;
  const state = traceState?.serialize();
  return state
    ? { [TRACE_PARENT_HEADER]: parent, [TRACE_STATE_HEADER]: state }
    : { [TRACE_PARENT_HEADER]: parent };
}

export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Looks no closer than it takes to pass it on: what is not sampled is never exported. */
function isUnsampled(parent: string): boolean {
  return parent.length === 55 && parent.startsWith('00-') && parent.endsWith('-00') && parent[35] === '-';
}

/** Most messages are unsampled, and of those nearly all pass through unread: taken apart only for whoever asks. */
class Carried implements SpanContext {
  readonly traceFlags = TraceFlags.NONE;
  readonly isRemote = true;
  readonly #parent: string;
  readonly #state: string | undefined;

  constructor(parent: string, state: string | undefined) {
    this.#parent = parent;
    this.#state = state;
  }

  get traceId(): string {
    return this.#parent.slice(3, 35);
  }

  get spanId(): string {
    return this.#parent.slice(36, 52);
  }

  get traceState(): TraceState {
    return new ParsedState(this.#state);
  }

  get headers(): Headers {
    return this.#state === undefined
      ? { [TRACE_PARENT_HEADER]: this.#parent }
      : { [TRACE_PARENT_HEADER]: this.#parent, [TRACE_STATE_HEADER]: this.#state };
  }
}
