import type { Position, StoredRecord } from '@millrace/streams';
import { type SpanContext, SpanKind, TraceFlags, type TraceState } from '@opentelemetry/api';
import { isSampled } from './carrier.ts';
import {
  type RecordLink,
  RecordSpan,
  type SpanOrigin,
  type SpanShape,
  type SpanStart,
} from './record-span.ts';
import type { Sampling } from './sampling.ts';
import type { Described } from './spans.ts';
import type { TraceIds } from './trace-ids.ts';
import { type TraceSpan, Unrecorded } from './trace-span.ts';

export interface RecordTracerOptions {
  readonly ids: TraceIds;
  readonly sampling: Sampling;
  readonly origin: SpanOrigin;
  /** The name of the backend, in every span. */
  readonly system: string;
}

interface Settling {
  readonly group: string;
  readonly records: readonly Position[];
  readonly parent: SpanContext;
  readonly links: readonly RecordLink[];
  readonly startMs: number;
}

/** Makes the spans of records, named and described as the semantic conventions for messaging ask. */
export class RecordTracer {
  readonly #options: RecordTracerOptions;
  readonly #creating = new Map<string, SpanShape>();
  readonly #sending = new Map<string, SpanShape>();
  readonly #settling = new Map<string, SpanShape>();
  /** The spans in which records are being handled or were. */
  readonly #processing = new WeakMap<StoredRecord, SpanContext>();

  constructor(options: RecordTracerOptions) {
    this.#options = options;
  }

  /** Whether it is sampled is known before anything is made of it; what is not sampled costs its context alone. */
  start(shape: SpanShape, start: SpanStart): TraceSpan {
    const { parent } = start;
    const { ids, sampling } = this.#options;
    if (!parent) {
      const drawn = ids.draw();
      const context = this.#context(drawn.traceId, sampling.ofNewTrace(drawn));
      return isSampled(context) ? new RecordSpan(shape, context, start) : new Unrecorded(context);
    }
    if (!isSampled(parent)) return new Unrecorded(parent);
    const context = this.#context(parent.traceId, sampling.belowSampled(parent.traceId), parent.traceState);
    return isSampled(context) ? new RecordSpan(shape, context, start) : new Unrecorded(context);
  }

  /** One record on its way, among others or from a handler. */
  create(topic: string, start: SpanStart): TraceSpan {
    return this.start(this.#produced('create', topic), start);
  }

  /** All that is published at once. */
  send(topic: string, start: SpanStart): TraceSpan {
    return this.start(this.#produced('send', topic), start);
  }

  settle({ group, records, parent, links, startMs }: Settling): void {
    const [first] = records;
    const described = { partition: first && String(first.partition), batchSize: records.length };
    this.start(this.#settled(group, first?.topic), { parent, links, startMs, described }).end();
  }

  /** What the spans of a group's handlers of a topic have in common. */
  processing(topic: string, group: string): SpanShape {
    const described = { operationName: 'process', operationType: 'process', destination: topic, group };
    return this.#shape(`process ${topic}`, SpanKind.CONSUMER, described);
  }

  /** Remembers in which span a record is handled, until the record is forgotten. */
  handledIn(record: StoredRecord, span: SpanContext): void {
    if (isSampled(span)) this.#processing.set(record, span);
  }

  /** The sampled span of the latest try of a record by this process. */
  latestTry(record: StoredRecord): SpanContext | undefined {
    return this.#processing.get(record);
  }

  #produced(operation: 'create' | 'send', topic: string): SpanShape {
    const known = operation === 'create' ? this.#creating : this.#sending;
    return (
      known.get(topic) ??
      this.#learn(known, topic, () => {
        const described = { operationName: operation, operationType: operation, destination: topic };
        return this.#shape(`${operation} ${topic}`, SpanKind.PRODUCER, described);
      })
    );
  }

  #settled(group: string, topic: string | undefined): SpanShape {
    const key = `${group} ${topic}`;
    return (
      this.#settling.get(key) ??
      this.#learn(this.#settling, key, () => {
        const described = { operationName: 'commit', operationType: 'settle', destination: topic, group };
        return this.#shape(`commit ${topic ?? group}`, SpanKind.CLIENT, described);
      })
    );
  }

  #learn(known: Map<string, SpanShape>, key: string, make: () => SpanShape): SpanShape {
    const shape = make();
    known.set(key, shape);
    return shape;
  }

  #shape(name: string, kind: SpanKind, described: Described): SpanShape {
    const { system, origin } = this.#options;
    return { name, kind, described: { system, ...described }, origin };
  }

  #context(traceId: string, sampled: boolean, traceState?: TraceState): SpanContext {
    const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const spanId = this.#options.ids.generateSpanId();
    return traceState ? { traceId, spanId, traceFlags, traceState } : { traceId, spanId, traceFlags };
  }
}

export function describeMessage(
  message: Position & { readonly attempt: number; readonly headers: { readonly id?: string } },
): Described {
  return {
    partition: String(message.partition),
    offset: message.offset,
    messageId: message.headers.id,
    attempt: message.attempt,
  };
}
