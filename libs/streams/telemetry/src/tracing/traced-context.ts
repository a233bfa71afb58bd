import type {
  Context,
  Headers,
  SendOptions,
  StateAccess,
  StatefulContext,
  Store,
  Topic,
} from '@millrace/streams';
import type { SpanContext } from '@opentelemetry/api';
import { carriedBy, carrying, isSampled } from './carrier.ts';
import type { RecordTracer } from './record-tracer.ts';

/** What a handler sends goes on with the trace of what it handles. */
export class TracedContext implements StatefulContext {
  readonly #inner: StatefulContext;
  readonly #tracer: RecordTracer;
  readonly #span: SpanContext;

  constructor(inner: StatefulContext, tracer: RecordTracer, span: SpanContext) {
    this.#inner = inner;
    this.#tracer = tracer;
    this.#span = span;
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  send<Value>(topic: Topic<Value>, value: Value, options?: SendOptions): void {
    sendWithin(this.#span, this.#tracer)(this.#inner, topic, value, options);
  }

  state<Value>(store: Store<Value>): StateAccess<Value> {
    return this.#inner.state(store);
  }
}

type Send = <Value>(inner: Context, topic: Topic<Value>, value: Value, options?: SendOptions) => void;

/** Sends in a trace: with a span where the trace is sampled, otherwise with the trace context alone. */
export function sendWithin(span: SpanContext, tracer: RecordTracer): Send {
  return (inner, topic, value, options) => {
    if (!options?.headers) {
      const headers = isSampled(span) ? create(tracer, { topic, value, parent: span }) : carrying(span);
      inner.send(topic, value, options ? { ...options, headers } : { headers });
      return;
    }
    // A handler that gives the headers of another message goes on with that one's trace: this one is only the cause.
    const other = carriedBy(options.headers);
    const parent = other ?? span;
    const cause = other ? span : undefined;
    const carried = isSampled(parent) ? create(tracer, { topic, value, parent, cause }) : carrying(parent);
    inner.send(topic, value, { ...options, headers: { ...options.headers, ...carried } });
  };
}

interface Creation<Value> {
  readonly topic: Topic<Value>;
  readonly value: Value;
  readonly parent: SpanContext;
  readonly cause?: SpanContext | undefined;
}

function create<Value>(tracer: RecordTracer, { topic, value, parent, cause }: Creation<Value>): Headers {
  const span = tracer.create(topic.name, {
    parent,
    described: { messageId: topic.id?.(value) },
    ...(cause ? { links: [{ context: cause, reason: 'cause' }] } : {}),
  });
  span.end();
  return carrying(span.context);
}
