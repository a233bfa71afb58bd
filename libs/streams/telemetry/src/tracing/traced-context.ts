import type {
  Context,
  Headers,
  SendOptions,
  StateAccess,
  StatefulContext,
  Store,
  Topic,
} from '@millrace/streams';
import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { below, carriedBy, carrying, isSampled } from './carrier.ts';
import type { RecordTracer } from './record-tracer.ts';
import { linkTo } from './spans.ts';

/** What a handler sends goes on with the trace of what it handles. */
export class TracedContext implements StatefulContext {
  readonly #inner: StatefulContext;
  readonly #sender: Sender;

  constructor(inner: StatefulContext, sender: Sender) {
    this.#inner = inner;
    this.#sender = sender;
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  send<Value>(topic: Topic<Value>, value: Value, options?: SendOptions): void {
    this.#sender.send(this.#inner, topic, value, options);
  }

  state<Value>(store: Store<Value>): StateAccess<Value> {
    return this.#inner.state(store);
  }
}

/** Sends in a trace: a span each where the trace is sampled, otherwise the trace context alone. */
export class Sender {
  readonly #tracer: RecordTracer;
  readonly #span: SpanContext;

  constructor(tracer: RecordTracer, span: SpanContext) {
    this.#tracer = tracer;
    this.#span = span;
  }

  send<Value>(inner: Context, topic: Topic<Value>, value: Value, options: SendOptions = {}): void {
    const headers = { ...options.headers, ...this.#carrier(topic, value, options.headers) };
    inner.send(topic, value, { ...options, headers });
  }

  /** A handler that gives the headers of another message goes on with that one's trace: this one is only the cause. */
  #carrier<Value>(topic: Topic<Value>, value: Value, given: Headers | undefined): Headers {
    const other = given && carriedBy(given);
    const parent = other ?? this.#span;
    if (!isSampled(parent)) return carrying(parent);
    const span = this.#tracer.produce({
      operation: 'create',
      topic: topic.name,
      parent: other ? below(other) : trace.setSpanContext(ROOT_CONTEXT, parent),
      links: other ? [linkTo(this.#span, 'cause')] : [],
      described: { messageId: topic.id?.(value) },
    });
    span.end();
    return carrying(span.spanContext());
  }
}
