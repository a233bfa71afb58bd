import type { Headers, Position, PublishOptions, Streams, Topic } from '@millrace/streams';
import { context, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { below, carriedBy, carrying } from './carrier.ts';
import type { RecordTracer } from './record-tracer.ts';
import { attributes, endingWith, linkTo } from './spans.ts';

type Publish = Streams['publish'];

/**
 * Publishing within a trace is one span, whose context every record carries. Values that are published together
 * outside of any trace have nothing to do with each other: each begins a trace of its own.
 */
export function tracedPublish(publish: Publish, tracer: RecordTracer): Publish {
  return (topic, values, options = {}) => {
    const given = options.headers && carriedBy(options.headers);
    const parent = given ? below(given) : context.active();
    if (values.length > 1 && !trace.getSpanContext(parent)) {
      return publishApart({ publish, tracer }, topic, values, options);
    }
    const described = {
      messageId: values.length === 1 ? idOf(topic, values) : undefined,
      batchSize: values.length,
    };
    const span = tracer.produce({ operation: 'send', topic: topic.name, parent, described });
    const headers = { ...options.headers, ...carrying(span.spanContext()) };
    return endingWith([span], () =>
      publish(topic, values, { ...options, headers }).then((at) => stored(span, at)),
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
    const span = tracer.produce({ operation: 'create', topic: topic.name, parent: ROOT_CONTEXT });
    if (span.isRecording()) created.push(span.spanContext());
    span.end();
    return carrying(span.spanContext());
  };
  const carriers: Topic<Value> = {
    ...topic,
    headers: (value) => ({ ...topic.headers?.(value), ...create() }),
  };
  const storing = publish<Value>(carriers, values, options);
  const [first, ...others] = created;
  if (!first) return storing;
  const links = others.map((other) => linkTo(other, 'batch'));
  const described = { batchSize: values.length };
  const span = tracer.produce({
    operation: 'send',
    topic: topic.name,
    parent: below(first),
    links,
    startTime,
    described,
  });
  return endingWith([span], () => storing);
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
