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
  const state = headers[TRACE_STATE_HEADER];
  return contextOf(headers[TRACE_PARENT_HEADER], typeof state === 'string' ? state : undefined);
}

/** The same of a record. */
export function carriedIn(record: StoredRecord): SpanContext | undefined {
  const parent = headerOf(record, TRACE_PARENT_HEADER);
  return parent === undefined ? undefined : contextOf(parent, headerOf(record, TRACE_STATE_HEADER));
}

function contextOf(parent: unknown, state: string | undefined): SpanContext | undefined {
  if (typeof parent !== 'string') return undefined;
  if (isUnsampled(parent)) return new Unsampled(parent, true, state);
  const spanContext = ordinary.test(parent)
    ? { traceId: parent.slice(3, 35), spanId: parent.slice(36, 52), traceFlags: TraceFlags.SAMPLED }
    : parseTraceParent(parent);
  if (!spanContext) return undefined;
  const carried = { ...spanContext, isRemote: true };
  return state === undefined ? carried : { ...carried, traceState: new ParsedState(state) };
}

/** What everybody sends today; for the rest there is OpenTelemetry's parser, which takes several times as long. */
const ordinary = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-01$/;

/** The headers that carry a trace context. */
export function carrying(spanContext: SpanContext): Headers {
  if (spanContext instanceof Unsampled) return spanContext.headers;
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
  return (
    parent.length === 55 &&
    parent.charCodeAt(53) === zero &&
    parent.charCodeAt(54) === zero &&
    parent.charCodeAt(0) === zero &&
    parent.charCodeAt(1) === zero &&
    parent.charCodeAt(2) === dash &&
    parent.charCodeAt(35) === dash &&
    parent.charCodeAt(52) === dash
  );
}

const zero = 0x30;
const dash = 0x2d;

/** Most messages are unsampled, and of those nearly all pass through unread: taken apart only for whoever asks. */
export class Unsampled implements SpanContext {
  readonly traceFlags: TraceFlags = TraceFlags.NONE;
  readonly isRemote: boolean;
  readonly #parent: string;
  readonly #state: string | undefined;

  /** `parent` is the header. */
  constructor(parent: string, isRemote = false, state?: string) {
    this.#parent = parent;
    this.isRemote = isRemote;
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
