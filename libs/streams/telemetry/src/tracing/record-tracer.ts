import type { Message, Position, StoredRecord } from '@millrace/streams';
import { headerOf } from '@millrace/streams/driver';
import {
  type Context,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { attributes } from './span-attributes.ts';

export interface SpanStart {
  readonly parent: Context;
  /** Asked of a sampled span only, as its links are. */
  readonly about?: () => Messages;
  readonly links?: () => readonly Link[];
  /** Milliseconds since the epoch. Default: now. */
  readonly startMs?: number;
}

/** The span of the latest attempt, on the record itself: a WeakMap would outlive the records that it is about. */
const latestAttempt: unique symbol = Symbol('latest attempt');
type Noted = StoredRecord & { [latestAttempt]?: SpanContext };

/** What is known of a message, or of several together. */
export interface Messages {
  /** Where every one of them lies. */
  readonly partition?: number | undefined;
  /** The rest is that of a single message. */
  readonly offset?: string | undefined;
  readonly messageId?: string | undefined;
  readonly tombstone?: boolean | undefined;
  readonly attempt?: number | undefined;
  readonly deadLetterCode?: string | undefined;
  readonly batchSize?: number | undefined;
}

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
    return this.#start(SpanKind.PRODUCER, start, { operation: 'create', type: 'create', topic });
  }

  /** All that is published at once, and carries the context of this span. */
  send(topic: string, start: SpanStart): Span {
    return this.#start(SpanKind.PRODUCER, start, { operation: 'send', type: 'send', topic });
  }

  /** All that is published at once, each with the context of a span that was made for it alone. */
  sendCreated(topic: string, start: SpanStart): Span {
    return this.#start(SpanKind.CLIENT, start, { operation: 'send', type: 'send', topic });
  }

  /** A handler's work on a message or a batch. */
  process(topic: string, group: string, start: SpanStart): Span {
    return this.#start(SpanKind.CONSUMER, start, { operation: 'process', type: 'process', topic, group });
  }

  /** A commit of a group, which has just ended. */
  commit(group: string, records: readonly Position[], start: SpanStart): void {
    const topic = common(records, (record) => record.topic);
    const about = () => ({
      partition: common(records, ({ partition }) => partition),
      ...(records.length === 1 ? {} : { batchSize: records.length }),
    });
    const commit = { operation: 'commit', type: 'settle', topic, group };
    this.#start(SpanKind.CLIENT, { ...start, about }, commit).end();
  }

  describe(span: Span, { partition, offset, tombstone, ...others }: Messages): void {
    const onKafka = this.#system === 'kafka';
    span.setAttributes(
      attributes({
        ...others,
        partition: partition === undefined ? undefined : String(partition),
        ...(onKafka && offset !== undefined ? { kafkaOffset: Number(offset) } : { offset }),
        ...(onKafka && tombstone ? { kafkaTombstone: true } : {}),
      }),
    );
  }

  #start(kind: SpanKind, start: SpanStart, { operation, type, topic, group }: Operation): Span {
    const { parent, startMs } = start;
    const span = this.#tracer.startSpan(
      topic === undefined ? operation : `${operation} ${topic}`,
      {
        kind,
        // What a sampler may decide by.
        attributes: attributes({
          system: this.#system,
          operationName: operation,
          operationType: type,
          destination: topic,
          group,
        }),
        ...(startMs === undefined ? {} : { startTime: startMs }),
      },
      parent,
    );
    if (span.isRecording()) {
      if (start.about) this.describe(span, start.about());
      const links = start.links?.();
      if (links) span.addLinks([...links]);
    }
    return span;
  }
}

interface Operation {
  readonly operation: string;
  readonly type: string;
  /** Undefined for several. */
  readonly topic: string | undefined;
  readonly group?: string;
}

/** What all records have in common; undefined where they differ. */
function common<Item, Part>(items: readonly Item[], of: (item: Item) => Part): Part | undefined {
  const [first, ...others] = items.map(of);
  return others.every((other) => other === first) ? first : undefined;
}

/** Remembers in which sampled span a record is handled, until the record is forgotten. */
export function noteAttempt(record: Noted, span: SpanContext): void {
  if (Object.isExtensible(record)) record[latestAttempt] = span;
}

/** The sampled span of the latest attempt at a record by this process; one that ended with its process left none. */
export function attemptOf(record: Noted): SpanContext | undefined {
  return record[latestAttempt];
}

export function describeMessage(message: Message<unknown>): Messages {
  return {
    partition: message.partition,
    offset: message.offset,
    messageId: headerOf(message.record, 'id'),
    tombstone: message.record.value === null,
    attempt: message.attempt,
  };
}

/** A batch of one message has all that describes a message; of others the count tells where to look: in its links. */
export function describeBatch(messages: readonly Message<unknown>[]): Messages {
  const batchSize = messages.length;
  const [first] = messages;
  if (first && batchSize === 1) return { ...describeMessage(first), batchSize };
  return {
    partition: common(messages, ({ partition }) => partition),
    attempt: Math.max(...messages.map(({ attempt }) => attempt)),
    batchSize,
  };
}
