import { headerOf, type Message, type Position, type StoredRecord } from '@millrace/streams';
import {
  type Context,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { attributes, type Described } from './span-attributes.ts';

export interface SpanStart {
  readonly parent: Context;
  /** Asked of a sampled span only, as its links are. */
  readonly described?: () => Described;
  readonly links?: () => readonly Link[];
  /** Milliseconds since the epoch. Default: now. */
  readonly startMs?: number;
}

/** The span of the latest attempt, on the record itself: a WeakMap would outlive the records that it is about. */
const latestAttempt: unique symbol = Symbol('latest attempt');
type Noted = StoredRecord & { [latestAttempt]?: SpanContext };

/** Makes the spans of records, named and described as the semantic conventions for messaging ask. */
export class RecordTracer {
  readonly #tracer: Tracer;
  readonly #system: string;

  /** `system` is the name of the backend, in every span. */
  constructor(tracer: Tracer, system: string) {
    this.#tracer = tracer;
    this.#system = system;
  }

  /** One record on its way whose trace is not that of what is handled, or that has none yet. */
  create(topic: string, start: SpanStart): Span {
    return this.#start(`create ${topic}`, SpanKind.PRODUCER, start, {
      operationName: 'create',
      operationType: 'create',
      destination: topic,
    });
  }

  /** All that is published at once. */
  send(topic: string, start: SpanStart): Span {
    return this.#start(`send ${topic}`, SpanKind.PRODUCER, start, {
      operationName: 'send',
      operationType: 'send',
      destination: topic,
    });
  }

  /** A handler's work on a message or a batch. */
  process(topic: string, group: string, start: SpanStart): Span {
    return this.#start(`process ${topic}`, SpanKind.CONSUMER, start, {
      operationName: 'process',
      operationType: 'process',
      destination: topic,
      group,
    });
  }

  /** A commit of a group, which has just ended. */
  commit(group: string, records: readonly Position[], start: SpanStart): void {
    const [first] = records;
    this.#start(`commit ${first?.topic ?? group}`, SpanKind.CLIENT, start, {
      operationName: 'commit',
      operationType: 'settle',
      destination: first?.topic,
      partition: first && String(first.partition),
      batchSize: records.length,
      group,
    }).end();
  }

  #start(name: string, kind: SpanKind, start: SpanStart, described: Described): Span {
    const { parent, startMs } = start;
    const span = this.#tracer.startSpan(
      name,
      startMs === undefined ? { kind } : { kind, startTime: startMs },
      parent,
    );
    if (span.isRecording()) {
      span.setAttributes(attributes({ system: this.#system, ...described, ...start.described?.() }));
      const links = start.links?.();
      if (links) span.addLinks([...links]);
    }
    return span;
  }
}

/** Remembers in which sampled span a record is handled, until the record is forgotten. */
export function noteAttempt(record: Noted, span: SpanContext): void {
  if (Object.isExtensible(record)) record[latestAttempt] = span;
}

/** The sampled span of the latest attempt at a record by this process; one that ended with its process left none. */
export function attemptOf(record: Noted): SpanContext | undefined {
  return record[latestAttempt];
}

export function describeMessage(message: Message<unknown>): Described {
  return {
    partition: String(message.partition),
    offset: message.offset,
    messageId: headerOf(message.record, 'id'),
    attempt: message.attempt,
  };
}
