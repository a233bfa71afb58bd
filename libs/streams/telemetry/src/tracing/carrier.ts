import { type Headers, headerOf, type StoredRecord } from '@millrace/streams';
import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import {
  TraceState as ParsedState,
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
} from '@opentelemetry/core';

/** The trace context that a request or what is to be sent carries (W3C Trace Context); undefined without a valid one. */
export function carriedBy(headers: Readonly<Record<string, unknown>>): SpanContext | undefined {
  return contextOf(headers[TRACE_PARENT_HEADER], () => headers[TRACE_STATE_HEADER]);
}

/** The same of a record. */
export function carriedIn(record: StoredRecord): SpanContext | undefined {
  return contextOf(headerOf(record, TRACE_PARENT_HEADER), () => headerOf(record, TRACE_STATE_HEADER));
}

/** `state` is asked for when it is needed: of most messages never. */
function contextOf(parent: unknown, state: () => unknown): SpanContext | undefined {
  if (typeof parent !== 'string') return undefined;
  if (isUnsampled(parent)) return new Carried(parent, state);
  const spanContext = ordinary.test(parent)
    ? { traceId: parent.slice(3, 35), spanId: parent.slice(36, 52), traceFlags: TraceFlags.SAMPLED }
    : parseTraceParent(parent);
  if (!spanContext) return undefined;
  const carried = state();
  return {
    ...spanContext,
    isRemote: true,
    ...(typeof carried === 'string' ? { traceState: new ParsedState(carried) } : {}),
  };
}

/** What everybody sends today; for the rest there is OpenTelemetry's parser, which takes several times as long. */
const ordinary = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-01$/;

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
  readonly #carriedState: () => unknown;

  constructor(parent: string, carriedState: () => unknown) {
    this.#parent = parent;
    this.#carriedState = carriedState;
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
    const state = this.#state;
    return state === undefined
      ? { [TRACE_PARENT_HEADER]: this.#parent }
      : { [TRACE_PARENT_HEADER]: this.#parent, [TRACE_STATE_HEADER]: state };
  }

  get #state(): string | undefined {
    const state = this.#carriedState();
    return typeof state === 'string' ? state : undefined;
  }
}
