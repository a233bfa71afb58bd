import type {
  ForwardedRecord,
  ForwardOptions,
  Context as HandlerContext,
  Headers,
  SendOptions,
  StateAccess,
  StatefulContext,
  Store,
  Topic,
} from '@millrace/streams';
import { type Context, trace } from '@opentelemetry/api';
import { extractFromHeaders, inject, sampledSpanOf } from './propagation.ts';
import type { RecordTracer } from './record-tracer.ts';
import { linkTo } from './span-attributes.ts';

/** What a handler sends goes on with the trace of what it handles. */
export class TracedContext implements StatefulContext {
  readonly #inner: StatefulContext;
  readonly #tracer: RecordTracer;
  readonly #within: Context;
  #send: TracedSend | undefined;

  constructor(inner: StatefulContext, tracer: RecordTracer, within: Context) {
    this.#inner = inner;
    this.#tracer = tracer;
    this.#within = within;
  }

  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  send<Value>(topic: Topic<Value>, value: Value, options?: SendOptions): void {
    this.#send ??= tracedSend(this.#tracer, this.#within);
    this.#send(this.#inner, topic, value, options);
  }

  /** As it is: it goes on with the trace that it carries. */
  forward(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    record: ForwardedRecord,
    options?: ForwardOptions,
  ): void {
    this.#inner.forward(topic, record, options);
  }

  state<Value>(store: Store<Value>): StateAccess<Value> {
    return this.#inner.state(store);
  }
}

type TracedSend = <Value>(
  inner: HandlerContext,
  topic: Topic<Value>,
  value: Value,
  options?: SendOptions,
) => void;

/** Sends in a trace: what is sent carries the context that its handler runs in, and has no span of its own. */
export function tracedSend(tracer: RecordTracer, within: Context): TracedSend {
  let headers: Headers | undefined;
  return (inner, topic, value, options) => {
    headers ??= inject(within);
    if (!options?.headers) {
      inner.send(topic, value, options ? { ...options, headers } : { headers });
      return;
    }
    // A handler that gives the headers of another message goes on with that one's trace: this one is only the cause.
    const other = extractFromHeaders(options.headers);
    const carried = trace.getSpanContext(other) ? sendInOther(other) : headers;
    inner.send(topic, value, { ...options, headers: { ...options.headers, ...carried } });

    function sendInOther(parent: Context): Headers {
      if (!sampledSpanOf(parent)) return {};
      const cause = sampledSpanOf(within);
      const span = tracer.create(topic.name, {
        parent,
        described: () => ({ messageId: topic.id?.(value) }),
        ...(cause ? { links: () => [linkTo(cause, 'cause')] } : {}),
      });
      span.end();
      return inject(trace.setSpan(parent, span));
    }
  };
}
