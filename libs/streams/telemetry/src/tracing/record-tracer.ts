import { headerOf, type Message, type Position, type StoredRecord } from '@millrace/streams';
import { type SpanContext, SpanKind } from '@opentelemetry/api';
import { isSampled } from './carrier.ts';
import type { SpanLink, SpanShape, SpanStart } from './own-span.ts';
import type { SpanStarter } from './span-starter.ts';
import type { Described } from './spans.ts';
import type { TraceSpan } from './trace-span.ts';

interface Settling {
  readonly group: string;
  readonly records: readonly Position[];
  readonly parent: SpanContext;
  readonly links: readonly SpanLink[];
  readonly startMs: number;
}

/**
 * The span in which a record is being handled or was, on the record itself: in a WeakMap it cost the collector of garbage
 * several times as much as the span.
 */
const latestTry: unique symbol = Symbol('latest try');
type Noted = StoredRecord & { [latestTry]?: SpanContext };

/** Makes the spans of records, named and described as the semantic conventions for messaging ask. */
export class RecordTracer {
  readonly #spans: SpanStarter;
  readonly #system: string;
  readonly #creating = new Map<string, SpanShape>();
  readonly #sending = new Map<string, SpanShape>();
  readonly #settling = new Map<string, SpanShape>();

  /** `system` is the name of the backend, in every span. */
  constructor(spans: SpanStarter, system: string) {
    this.#spans = spans;
    this.#system = system;
  }

  start(shape: SpanShape, start: SpanStart): TraceSpan {
    return this.#spans.start(shape, start);
  }

  /** One record on its way, among others or from a handler. */
  create(topic: string, start: SpanStart): TraceSpan {
    return this.start(this.creating(topic), start);
  }

  /** What all of the spans of `create` have in common. */
  creating(topic: string): SpanShape {
    return this.#produced('create', topic);
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
  handledIn(record: Noted, span: SpanContext): void {
    if (isSampled(span) && Object.isExtensible(record)) record[latestTry] = span;
  }

  /** The sampled span of the latest try of a record by this process. */
  latestTry(record: Noted): SpanContext | undefined {
    return record[latestTry];
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
    return this.#spans.shape(name, kind, { system: this.#system, ...described });
  }
}

export function describeMessage(message: Message<unknown>): Described {
  return {
    partition: String(message.partition),
    offset: message.offset,
    messageId: headerOf(message.record, 'id'),
    attempt: message.attempt,
  };
}
