import { type Headers, headerOf, readHeader, type StoredRecord } from '@millrace/streams';
import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import {
  TraceState as ParsedState,
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
} from '@opentelemetry/core';
import { readSampled, Sampled } from './sampled.ts';

/** The trace context that a request or what is to be sent carries (W3C Trace Context); undefined without a valid one. */
export function carriedBy(headers: Readonly<Record<string, unknown>>): SpanContext | undefined {
  const parent = headers[TRACE_PARENT_HEADER];
  if (typeof parent !== 'string') return undefined;
  const given = headers[TRACE_STATE_HEADER];
  const state = typeof given === 'string' ? given : undefined;
  const bytes = Buffer.from(parent);
  const found = readParent(bytes, 0, bytes.length);
  return found === passes ? new Unsampled(parent, { isRemote: true, state }) : withState(found, state);
}

/** The same of a record. */
export function carriedIn(record: StoredRecord): SpanContext | undefined {
  const found = readHeader(record, TRACE_PARENT_HEADER, readParent);
  if (found === passes) return new Unsampled(record);
  return found && withState(found, headerOf(record, TRACE_STATE_HEADER));
}

/** Of a context that is not sampled: it is passed on as it is. */
const passes: unique symbol = Symbol('passes');

/** Looks no closer than it takes to pass it on: what is not sampled is never exported. */
function readParent(bytes: Uint8Array, start: number, end: number): SpanContext | typeof passes | undefined {
  const ordinary =
    end - start === ordinaryLength &&
    bytes[start] === zero &&
    bytes[start + 1] === zero &&
    bytes[start + 2] === dash &&
    bytes[start + 35] === dash &&
    bytes[start + 52] === dash &&
    bytes[start + 53] === zero;
  if (ordinary && bytes[start + 54] === zero) return passes;
  if (ordinary && bytes[start + 54] === one) return readSampled(bytes, start);
  // Nobody sends anything else today. OpenTelemetry's parser takes several times as long.
  return parseTraceParent(Buffer.from(bytes.subarray(start, end)).toString()) ?? undefined;
}

const ordinaryLength = 55;
const zero = 0x30;
const one = 0x31;
const dash = 0x2d;

function withState(found: SpanContext | undefined, state: string | undefined): SpanContext | undefined {
  if (!found || (state === undefined && found instanceof Sampled)) return found;
  const traceState = state === undefined ? undefined : new ParsedState(state);
  if (found instanceof Sampled) return new Sampled(found.trace, found.span, true, traceState);
  return { ...found, isRemote: true, ...(traceState ? { traceState } : {}) };
}

/** The headers that carry a trace context. */
export function carrying(spanContext: SpanContext): Headers {
  if (spanContext instanceof Unsampled) return spanContext.headers;
  const parent = parentHeaderOf(spanContext);
  const state = spanContext.traceState?.serialize();
  return state
    ? { [TRACE_PARENT_HEADER]: parent, [TRACE_STATE_HEADER]: state }
    : { [TRACE_PARENT_HEADER]: parent };
}

function parentHeaderOf(spanContext: SpanContext): string {
  if (spanContext instanceof Sampled) return spanContext.traceParent;
  const { traceId, spanId } = spanContext;
  return `00-${traceId}-${spanId}-${isSampled(spanContext) ? '01' : '00'}`;
}

export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Most messages are unsampled, and of those nearly all pass through unread: taken apart only for whoever asks. */
export class Unsampled implements SpanContext {
  readonly traceFlags: TraceFlags = TraceFlags.NONE;
  readonly isRemote: boolean;
  readonly #carrier: string | StoredRecord;
  readonly #state: string | undefined;

  /** Of the record that carries it, or of its header. */
  constructor(
    carrier: string | StoredRecord,
    header?: { readonly isRemote: boolean; readonly state?: string | undefined },
  ) {
    this.#carrier = carrier;
    this.isRemote = header?.isRemote ?? typeof carrier !== 'string';
    this.#state = header?.state;
  }

  get traceId(): string {
    return this.traceParent.slice(3, 35);
  }

  get spanId(): string {
    return this.traceParent.slice(36, 52);
  }

  /** As the header has it. */
  get traceParent(): string {
    const carrier = this.#carrier;
    return typeof carrier === 'string' ? carrier : (headerOf(carrier, TRACE_PARENT_HEADER) ?? '');
  }

  get traceState(): TraceState {
    return new ParsedState(this.#stateHeader);
  }

  get headers(): Headers {
    const state = this.#stateHeader;
    return state === undefined
      ? { [TRACE_PARENT_HEADER]: this.traceParent }
      : { [TRACE_PARENT_HEADER]: this.traceParent, [TRACE_STATE_HEADER]: state };
  }

  get #stateHeader(): string | undefined {
    const carrier = this.#carrier;
    return typeof carrier === 'string' ? this.#state : headerOf(carrier, TRACE_STATE_HEADER);
  }
}
