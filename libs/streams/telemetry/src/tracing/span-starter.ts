import type { SpanContext, SpanKind } from '@opentelemetry/api';
import { isSampled, Unsampled } from './carrier.ts';
import { OwnSpan, type SpanOrigin, type SpanShape, type SpanStart } from './own-span.ts';
import { Sampled, sampledAs, traceOf } from './sampled.ts';
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
    return this.#sampling.ofNewTrace(drawn) ? sampledAs(drawn.traceParent) : new Unsampled(drawn.traceParent);
  }

  #below(parent: SpanContext): SpanContext {
    const span = new Sampled(traceOf(parent), this.#ids.drawSpan(), false, parent.traceState);
    if (this.#sampling.belowSampled(parent)) return span;
    const state = parent.traceState?.serialize();
    return new Unsampled(`${span.traceParent.slice(0, -2)}00`, { isRemote: false, state });
  }
}
