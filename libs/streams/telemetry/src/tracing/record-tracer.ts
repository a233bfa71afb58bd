import type { Position, StoredRecord } from '@millrace/streams';
import {
  type Context,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { below, isSampled } from './carrier.ts';
import { attributes, type Described } from './spans.ts';

interface Producing {
  readonly operation: 'create' | 'send';
  readonly topic: string;
  readonly parent: Context;
  readonly links?: readonly Link[];
  readonly startTime?: number;
  readonly described?: Described;
}

interface Processing {
  readonly topic: string;
  readonly group: string;
  readonly parent: SpanContext | undefined;
  readonly links: readonly Link[];
}

interface Settling {
  readonly group: string;
  readonly records: readonly Position[];
  readonly parent: SpanContext;
  readonly links: readonly Link[];
  readonly startTime: number;
}

/** Starts the spans of records, named and described as the semantic conventions for messaging ask. */
export class RecordTracer {
  readonly #tracer: Tracer;
  readonly #system: string;
  /** The spans in which records are being handled or were. */
  readonly #processing = new WeakMap<StoredRecord, SpanContext>();

  constructor(tracer: Tracer, system: string) {
    this.#tracer = tracer;
    this.#system = system;
  }

  produce({ operation, topic, parent, links = [], startTime, described = {} }: Producing): Span {
    const span = this.#tracer.startSpan(
      `${operation} ${topic}`,
      { kind: SpanKind.PRODUCER, links: [...links], ...(startTime === undefined ? {} : { startTime }) },
      parent,
    );
    if (span.isRecording()) {
      span.setAttributes(this.#describe(operation, operation, { destination: topic, ...described }));
    }
    return span;
  }

  process({ topic, parent, links, group }: Processing): Span {
    const span = this.#tracer.startSpan(
      `process ${topic}`,
      { kind: SpanKind.CONSUMER, links: [...links] },
      below(parent),
    );
    if (span.isRecording()) {
      span.setAttributes(this.#describe('process', 'process', { destination: topic, group }));
    }
    return span;
  }

  settle({ group, records, parent, links, startTime }: Settling): void {
    const [first] = records;
    const span = this.#tracer.startSpan(
      `commit ${first?.topic ?? group}`,
      { kind: SpanKind.CLIENT, links: [...links], startTime },
      below(parent),
    );
    const described = {
      destination: first?.topic,
      partition: text(first?.partition),
      group,
      batchSize: records.length,
    };
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
    partition: text(message.partition),
    offset: message.offset,
    messageId: message.headers.id,
    attempt: message.attempt,
  };
}

function text(partition: number | undefined): string | undefined {
  return partition === undefined ? undefined : String(partition);
}
