import type {
  Headers,
  HeaderValues,
  Outgoing,
  Position,
  PublishOptions,
  Streams,
  Topic,
} from '@millrace/streams';
import { context, type Link, ROOT_CONTEXT, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { extractFromHeaders, inject } from './propagation.ts';
import type { Messages, RecordTracer } from './record-tracer.ts';
import { endingWith, fail, linkTo } from './span-attributes.ts';

type Publish = Streams['publish'];

/**
 * Publishing within a trace is one span, whose context every record carries. Values that are published together
 * outside of any trace have nothing to do with each other: each begins a trace of its own.
 */
export function tracedPublish(publish: Publish, tracer: RecordTracer): Publish {
  return (topic, values, options = {}) => {
    const given = options.headers && extractFromHeaders(options.headers);
    const parent = given && trace.getSpanContext(given) ? given : context.active();
    if (values.length > 1 && !trace.getSpanContext(parent))
      return publishApart({ publish, tracer }, topic, values, options);
    const [first] = values;
    const span = tracer.send(topic.name, {
      parent,
      about: () =>
        values.length === 1
          ? {
              messageId: first === undefined || first === null ? undefined : topic.id?.(first),
              tombstone: first === null,
            }
          : { batchSize: values.length },
    });
    const headers = { ...options.headers, ...inject(trace.setSpan(parent, span)) };
    return endingWith([span], () =>
      publish(topic, values, { ...options, headers }).then((positions) => {
        const [stored] = positions;
        if (stored && positions.length === 1)
          tracer.describe(span, { partition: stored.partition, offset: stored.offset });
        return positions;
      }),
    );
  };
}

/** What is published together is one act: a span for each topic, and all of them in one trace. */
export function tracedPublishTogether(
  publish: Streams['publishTogether'],
  tracer: RecordTracer,
): Streams['publishTogether'] {
  return (outgoing, options = {}) => {
    const given = options.headers && extractFromHeaders(options.headers);
    let parent = given && trace.getSpanContext(given) ? given : context.active();
    const spans: Span[] = [];
    const traced = outgoing.map((each): Outgoing => {
      const { topic, values } = each;
      const span = tracer.send(topic.name, {
        parent,
        about: () => (values.length === 1 ? {} : { batchSize: values.length }),
      });
      if (!trace.getSpanContext(parent)) parent = trace.setSpan(parent, span);
      spans.push(span);
      const own = inject(trace.setSpan(parent, span));
      const headers = (value: unknown): HeaderValues => ({
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
  const startMs = Date.now();
  const created: SpanContext[] = [];
  const create = (): Headers => {
    const span = tracer.create(topic.name, { parent: ROOT_CONTEXT });
    if (span.isRecording()) created.push(span.spanContext());
    span.end();
    return inject(trace.setSpan(ROOT_CONTEXT, span));
  };
  const own = topic.headers;
  const headers = (value: Value): HeaderValues => (own ? { ...own(value), ...create() } : create());
  /** Below the first sampled record and linked to the others; undefined where none is sampled. */
  const sent = (): Span | undefined => {
    const [leading, ...others] = created;
    if (!leading) return undefined;
    const parent = trace.setSpanContext(ROOT_CONTEXT, leading);
    const links = (): readonly Link[] => others.map((each) => linkTo(each, 'batch'));
    const about = (): Messages => ({ batchSize: values.length });
    return tracer.sendCreated(topic.name, { parent, links, startMs, about });
  };
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
