import type { Position, StoredRecord } from '@millrace/streams';
import {
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { below } from './below.ts';
import { isSampled } from './carrier.ts';
import { attributes, type Described } from './spans.ts';
import type { TraceIds } from './trace-ids.ts';

interface Producing {
  readonly operation: 'create' | 'send';
  readonly topic: string;
  /** Undefined begins a trace. */
  readonly parent: SpanContext | undefined;
  readonly links?: Link[];
  readonly startTime?: number;
  readonly described?: Described;
}

interface Processing {
  readonly topic: string;
  readonly group: string;
  /** Undefined begins a trace. */
  readonly parent: SpanContext | undefined;
  readonly links: Link[];
  readonly described: Described;
}

interface Settling {
  readonly group: string;
  readonly records: readonly Position[];
  readonly parent: SpanContext;
  readonly links: Link[];
  readonly startTime: number;
}

/** Makes the spans of records, named and described as the semantic conventions for messaging ask. */
export class RecordTracer {
  readonly #tracer: Tracer;
  readonly #ids: TraceIds;
  readonly #system: string;
  /** The spans in which records are being handled or were. */
  readonly #processing = new WeakMap<StoredRecord, SpanContext>();

  constructor(tracer: Tracer, ids: TraceIds, system: string) {
    this.#tracer = tracer;
    this.#ids = ids;
    this.#system = system;
  }

  produce({ operation, topic, parent, links, startTime, described }: Producing): Span {
    const options: SpanOptions = { kind: SpanKind.PRODUCER };
    if (links) options.links = links;
    if (startTime !== undefined) options.startTime = startTime;
    const span = this.#start(`${operation} ${topic}`, options, parent);
    if (span.isRecording())
      span.setAttributes(this.#describe(operation, operation, { destination: topic, ...described }));
    return span;
  }

  process({ topic, parent, links, group, described }: Processing): Span {
    const span = this.#start(`process ${topic}`, { kind: SpanKind.CONSUMER, links }, parent);
    if (span.isRecording())
      span.setAttributes(this.#describe('process', 'process', { destination: topic, group, ...described }));
    return span;
  }

  settle({ group, records, parent, links, startTime }: Settling): void {
    const [first] = records;
    const options = { kind: SpanKind.CLIENT, links, startTime };
    const span = this.#start(`commit ${first?.topic ?? group}`, options, parent);
    const partition = first && String(first.partition);
    const described = { destination: first?.topic, partition, group, batchSize: records.length };
    span.setAttributes(this.#describe('commit', 'settle', described));
    span.end();
  }

  /** Remembers in which span a record is handled, until the record is forgotten. */
  handledIn(record: StoredRecord, span: SpanContext): void {
    if (isSampled(span)) this.#processing.set(record, span);
  }

  /** The sampled span of the latest try of a record by this process. */
  latestTry(record: StoredRecord): SpanContext | undefined {
    return this.#processing.get(record);
  }

  #start(name: string, options: SpanOptions, parent: SpanContext | undefined): Span {
    const unsampled = parent ? undefined : this.#ids.unsampled(name, options.kind ?? SpanKind.INTERNAL);
    if (unsampled) return trace.wrapSpanContext(unsampled);
    return this.#tracer.startSpan(name, options, below(parent));
  }

  #describe(
    operationName: string,
    operationType: string,
    described: Described,
  ): ReturnType<typeof attributes> {
    return attributes({ system: this.#system, operationName, operationType, ...described });
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
