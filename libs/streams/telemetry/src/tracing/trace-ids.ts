import { ROOT_CONTEXT, type SpanContext, type SpanKind, TraceFlags } from '@opentelemetry/api';
import {
  type IdGenerator,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace';

/**
 * Begins traces. Which of them are sampled is asked before a span is made, since most are not: those cost their ids alone.
 */
export class TraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  readonly #sampler: Sampler;
  #next: string | undefined;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** The context of a new trace that is not sampled; undefined when the next root span begins one that is. */
  unsampled(name: string, kind: SpanKind): SpanContext | undefined {
    const traceId = this.#random.generateTraceId();
    const { decision } = this.#sampler.shouldSample(ROOT_CONTEXT, traceId, name, kind, {}, []);
    if (decision === SamplingDecision.NOT_RECORD) {
      return { traceId, spanId: this.#random.generateSpanId(), traceFlags: TraceFlags.NONE };
    }
    this.#next = traceId;
    return undefined;
  }

  generateTraceId(): string {
    const next = this.#next ?? this.#random.generateTraceId();
    this.#next = undefined;
    return next;
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}
