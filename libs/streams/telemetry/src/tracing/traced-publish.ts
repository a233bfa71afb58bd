import type { Headers, Outgoing, Position, PublishOptions, Streams, Topic } from '@millrace/streams';
import { context, type SpanContext, trace } from '@opentelemetry/api';
import { carriedBy, carrying } from './carrier.ts';
import { batchLink } from './own-span.ts';
import type { RecordTracer } from './record-tracer.ts';
import { endingWith, fail } from './spans.ts';
import type { TraceSpan } from './trace-span.ts';
import { wallClock } from './wall-clock.ts';

type Publish = Streams['publish'];

/**
 * Publishing within a trace is one span, whose context every record carries. Values that are published together
 * outside of any trace have nothing to do with each other: each begins a trace of its own.
 */
export function tracedPublish(publish: Publish, tracer: RecordTracer): Publish {
  return (topic, values, options = {}) => {
    const given = options.headers && carriedBy(options.headers);
    const parent = given ?? trace.getSpanContext(context.active());
    if (values.length > 1 && !parent) return publishApart({ publish, tracer }, topic, values, options);
    const messageId = values.length === 1 ? idOf(topic, values) : undefined;
    const described = { messageId, batchSize: values.length };
    const span = tracer.send(topic.name, { parent, described });
    const headers = { ...options.headers, ...carrying(span.context) };
    return endingWith([span], () =>
      publish(topic, values, { ...options, headers }).then((positions) => stored(span, positions)),
    );
  };
}

/** What is published together is one act: a span for each topic, and all of them in one trace. */
export function tracedPublishTogether(
  publish: Streams['publishTogether'],
  tracer: RecordTracer,
): Streams['publishTogether'] {
  return (outgoing, options = {}) => {
    const given = options.headers && carriedBy(options.headers);
    let parent = given ?? trace.getSpanContext(context.active());
    const spans: TraceSpan[] = [];
    const traced = outgoing.map((each): Outgoing => {
      const span = tracer.send(each.topic.name, { parent, described: { batchSize: each.values.length } });
      parent ??= span.context;
      spans.push(span);
      const { topic } = each;
      const own = carrying(span.context);
      const headers = (value: unknown): Headers => ({
        ...topic.headers?.(value),
        ...options.headers,
        ...own,
      });
      return { ...each, topic: { ...topic, headers } };
    });
    const { headers: _, ...others } = options;
    return endingWith(spans, () => publish(traced, others));
  };
}

interface Tools {
  readonly publish: Publish;
  readonly tracer: RecordTracer;
}

async function publishApart<Value>(
  { publish, tracer }: Tools,
  topic: Topic<Value>,
  values: readonly Value[],
  options: PublishOptions,
): Promise<Position[]> {
  const startMs = wallClock();
  const created: SpanContext[] = [];
  const shape = tracer.creating(topic.name);
  const create = (): Headers => {
    const span = tracer.start(shape, inNoTrace);
    if (span.recording) created.push(span.context);
    span.end();
    return carrying(span.context);
  };
  const own = topic.headers;
  const headers = (value: Value): Headers => (own ? { ...own(value), ...create() } : create());
  const sent = (): TraceSpan | undefined => sendSpan(tracer, { topic: topic.name, created, startMs, values });
  try {
    const positions = await publish<Value>({ ...topic, headers }, values, options);
    sent()?.end();
    return positions;
  } catch (error) {
    const span = sent();
    if (span) fail(span, error);
    span?.end();
    throw error;
  }
}

const inNoTrace = { parent: undefined };

interface Sent {
  readonly topic: string;
  readonly created: readonly SpanContext[];
  readonly startMs: number;
  readonly values: readonly unknown[];
}

/** Below the first sampled record and linked to the others; undefined where none is sampled. */
function sendSpan(tracer: RecordTracer, { topic, created, startMs, values }: Sent): TraceSpan | undefined {
  const [parent, ...others] = created;
  if (!parent) return undefined;
  const links = others.map(batchLink);
  return tracer.send(topic, { parent, links, startMs, described: { batchSize: values.length } });
}

function idOf<Value>(topic: Topic<Value>, [value]: readonly Value[]): string | undefined {
  return value === undefined ? undefined : topic.id?.(value);
}

function stored(span: TraceSpan, positions: Position[]): Position[] {
  const [first] = positions;
  if (first && positions.length === 1) {
    span.describe({ partition: String(first.partition), offset: first.offset });
  }
  return positions;
}
