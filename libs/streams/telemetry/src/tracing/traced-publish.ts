import type { Headers, Position, PublishOptions, Streams, Topic } from '@millrace/streams';
import { context, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { carriedBy, carrying } from './carrier.ts';
import type { RecordTracer } from './record-tracer.ts';
import { attributes, endingWith, fail, linkTo } from './spans.ts';

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
    const span = tracer.produce({ operation: 'send', topic: topic.name, parent, described });
    const headers = { ...options.headers, ...carrying(span.spanContext()) };
    return endingWith([span], () =>
      publish(topic, values, { ...options, headers }).then((positions) => stored(span, positions)),
    );
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
  const startTime = Date.now();
  const created: SpanContext[] = [];
  const create = (): Headers => {
    const span = tracer.produce({ operation: 'create', topic: topic.name, parent: undefined });
    if (span.isRecording()) created.push(span.spanContext());
    span.end();
    return carrying(span.spanContext());
  };
  const own = topic.headers;
  const headers = (value: Value): Headers => (own ? { ...own(value), ...create() } : create());
  const sent = (): Span | undefined => sendSpan(tracer, { topic: topic.name, created, startTime, values });
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

interface Sent {
  readonly topic: string;
  readonly created: readonly SpanContext[];
  readonly startTime: number;
  readonly values: readonly unknown[];
}

/** Below the first sampled record and linked to the others; undefined where none is sampled. */
function sendSpan(tracer: RecordTracer, { topic, created, startTime, values }: Sent): Span | undefined {
  const [parent, ...others] = created;
  if (!parent) return undefined;
  const links = others.map((other) => linkTo(other, 'batch'));
  const described = { batchSize: values.length };
  return tracer.produce({ operation: 'send', topic, parent, links, startTime, described });
}

function idOf<Value>(topic: Topic<Value>, [value]: readonly Value[]): string | undefined {
  return value === undefined ? undefined : topic.id?.(value);
}

function stored(span: Span, positions: Position[]): Position[] {
  const [first] = positions;
  if (first && positions.length === 1 && span.isRecording()) {
    span.setAttributes(attributes({ partition: String(first.partition), offset: first.offset }));
  }
  return positions;
}
