import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import { Id64 } from './id64.ts';

/** What all spans of a trace share. */
export interface TraceId {
  readonly upper: Id64;
  readonly lower: Id64;
}

/** The context of a sampled span. Its ids become texts for whoever asks, at the cost of a few spans. */
export class Sampled implements SpanContext {
  readonly traceFlags: TraceFlags = TraceFlags.SAMPLED;
  readonly trace: TraceId;
  readonly span: Id64;
  readonly isRemote: boolean;
  readonly traceState?: TraceState;

  constructor(trace: TraceId, span: Id64, isRemote: boolean, traceState?: TraceState) {
    this.trace = trace;
    this.span = span;
    this.isRemote = isRemote;
    if (traceState) this.traceState = traceState;
  }

  get traceId(): string {
    return this.traceParent.slice(traceAt, traceAt + 32);
  }

  get spanId(): string {
    return this.traceParent.slice(spanAt, spanAt + 16);
  }

  /** As the header has it. */
  get traceParent(): string {
    this.trace.upper.write(scratch, traceAt);
    this.trace.lower.write(scratch, traceAt + 16);
    this.span.write(scratch, spanAt);
    return scratch.toString('latin1');
  }
}

/** What somebody sent: an ordinary header, `00-…-…-01`, that begins there; undefined where what should be ids are none. */
export function readSampled(bytes: Uint8Array, start: number): Sampled | undefined {
  const trace = readTrace(bytes, start + traceAt);
  const span = Id64.read(bytes, start + spanAt);
  return trace && span && !span.isZero ? new Sampled(trace, span, true) : undefined;
}

/** The sampled context of our own that has the ids of a header. */
export function sampledAs(traceParent: string): Sampled {
  scratch.write(traceParent.slice(traceAt, -2), traceAt, 'latin1');
  return new Sampled(readTrace(scratch, traceAt) ?? noTrace, Id64.read(scratch, spanAt) ?? noId, false);
}

export function traceOf(context: SpanContext): TraceId {
  if (context instanceof Sampled) return context.trace;
  scratch.write(context.traceId, traceAt, 'latin1');
  return readTrace(scratch, traceAt) ?? noTrace;
}

function readTrace(bytes: Uint8Array, at: number): TraceId | undefined {
  const upper = Id64.read(bytes, at);
  const lower = Id64.read(bytes, at + 16);
  return upper && lower && !(upper.isZero && lower.isZero) ? { upper, lower } : undefined;
}

/** Ids of OpenTelemetry's API are ids, so that nobody gets these. */
const noId = new Id64(0, 0);
const noTrace: TraceId = { upper: noId, lower: noId };
const scratch = Buffer.from(`00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`);
const traceAt = 3;
const spanAt = 36;
