import { type SpanContext, type SpanKind, TraceFlags, type TraceState } from '@opentelemetry/api';
import { isSampled, Unsampled } from './carrier.ts';
import { OwnSpan, type SpanOrigin, type SpanShape, type SpanStart } from './own-span.ts';
import type { Sampling } from './sampling.ts';
import type { Described } from './spans.ts';
import type { TraceIds } from './trace-ids.ts';
import { type TraceSpan, Unrecorded } from './trace-span.ts';

/** Starts spans of our own. Whether one is sampled is known before anything is made of it. */
export class SpanStarter {
  readonly #ids: TraceIds;
  readonly #sampling: Sampling;
  readonly #origin: SpanOrigin;

  constructor(ids: TraceIds, sampling: Sampling, origin: SpanOrigin) {
    this.#ids = ids;
    this.#sampling = sampling;
    this.#origin = origin;
  }

  /** To be kept: what it says is encoded once. */
  shape(name: string, kind: SpanKind, described: Described): SpanShape {
    return { name, kind, described, origin: this.#origin };
  }

  /** What is not sampled costs its context alone; below a parent that is not, that is the parent's. */
  start(shape: SpanShape, start: SpanStart): TraceSpan {
    const { parent } = start;
    if (parent && !isSampled(parent)) return new Unrecorded(parent);
    const context = parent ? this.#below(parent) : this.#root();
    return isSampled(context) ? new OwnSpan(shape, context, start) : new Unrecorded(context);
  }

  #root(): SpanContext {
    const drawn = this.#ids.draw();
    const unsampled = new Unsampled(drawn.traceParent);
    if (!this.#sampling.ofNewTrace(drawn)) return unsampled;
    const { traceId, spanId } = unsampled;
    return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  }

  #below({ traceId, traceState }: SpanContext): SpanContext {
    return this.#context(traceId, this.#sampling.belowSampled(traceId), traceState);
  }

  #context(traceId: string, sampled: boolean, traceState?: TraceState): SpanContext {
    const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const spanId = this.#ids.generateSpanId();
    return traceState ? { traceId, spanId, traceFlags, traceState } : { traceId, spanId, traceFlags };
  }
}
