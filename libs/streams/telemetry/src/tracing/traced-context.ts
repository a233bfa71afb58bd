import {
  type ForwardedRecord,
  type ForwardOptions,
  type Context as HandlerContext,
  type Headers,
  rawHeadersOf,
  type SendOptions,
  type StateAccess,
  type StatefulContext,
  type Store,
  type Topic,
} from '@millrace/streams';
import { type Context, trace } from '@opentelemetry/api';
import { extractFromHeaders, inject, sampledSpanOf } from './propagation.ts';
import type { Messages, RecordTracer } from './record-tracer.ts';
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

  /** As it is, but for its trace where that is sampled: what comes of it follows this forwarding. */
  forward(
    topic: Pick<Topic<never>, 'name' | 'partitioner'>,
    record: ForwardedRecord,
    options?: ForwardOptions,
  ): void {
    const parent = extractFromHeaders(record.headers);
    const traced = sampledSpanOf(parent) ? this.#inTrace(topic, record, parent) : record;
    this.#inner.forward(topic, traced, options);
  }

  #inTrace(topic: Pick<Topic<never>, 'name'>, record: ForwardedRecord, parent: Context): ForwardedRecord {
    const trace = { tracer: this.#tracer, within: this.#within, parent };
    const about = { messageId: record.headers['id'], tombstone: record.value === null };
    const carried = goOn(trace, topic.name, about);
    const kept = rawHeadersOf(record).filter(([name]) => carried[name] === undefined);
    return { ...record, rawHeaders: [...kept, ...rawHeadersOf({ headers: carried })] };
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
    const parent = { tracer, within, parent: other };
    const carried = trace.getSpanContext(other)
      ? goOn(parent, topic.name, { messageId: topic.id?.(value) })
      : headers;
    inner.send(topic, value, { ...options, headers: { ...options.headers, ...carried } });
  };
}

interface OtherTrace {
  readonly tracer: RecordTracer;
  /** In which the record is sent: the cause. */
  readonly within: Context;
  readonly parent: Context;
}

/** The headers of a record that goes on with the trace of another one; none where that is not sampled. */
function goOn({ tracer, within, parent }: OtherTrace, topic: string, about: Messages): Headers {
  if (!sampledSpanOf(parent)) return {};
  const cause = sampledSpanOf(within);
  const span = tracer.create(topic, {
    parent,
    about: () => about,
    ...(cause ? { links: () => [linkTo(cause, 'cause')] } : {}),
  });
  span.end();
  return inject(trace.setSpan(parent, span));
}
