import type { BatchContext, BatchRoute, Message, Route, StatefulContext } from '@millrace/streams';
import { type Context, context, type Link, type SpanContext, trace } from '@opentelemetry/api';
import { extractFromRecord, passesUnsampled, sampledSpanOf } from './propagation.ts';
import {
  attemptOf,
  describeBatch,
  describeMessage,
  noteAttempt,
  type RecordTracer,
} from './record-tracer.ts';
import { endingWith, linkTo } from './span-attributes.ts';
import { TracedContext, tracedSend } from './traced-context.ts';

type AnyRoute = Route<StatefulContext>;

/** A route whose handler runs in the trace of what it handles, in a span of its own where that trace is sampled. */
export function tracedRoute(route: AnyRoute, group: string, tracer: RecordTracer): AnyRoute {
  switch (route.kind) {
    case 'message':
      return tracedMessageRoute(route, group, tracer);
    case 'batch':
      return tracedBatchRoute(route, group, tracer);
    default:
      return route satisfies never;
  }
}

function tracedMessageRoute(
  route: Extract<AnyRoute, { kind: 'message' }>,
  group: string,
  tracer: RecordTracer,
): AnyRoute {
  const { topic, handler } = route;
  return {
    ...route,
    handler: (message: Message<unknown>, inner: StatefulContext) => {
      const parent = extractFromRecord(message.record);
      const handle = (within: Context): ReturnType<typeof handler> =>
        context.with(within, handler, undefined, message, new TracedContext(inner, tracer, within));
      if (passesUnsampled(parent)) return handle(parent);
      const span = tracer.process(topic.name, group, {
        parent,
        links: () => earlierAttempts([message]),
        about: () => describeMessage(message),
      });
      if (!span.isRecording()) return handle(trace.setSpan(parent, span));
      const within = trace.setSpan(parent, span);
      noteAttempt(message.record, span.spanContext());
      return endingWith([span], () => handle(within));
    },
  };
}

/**
 * A batch holds messages of many traces, and a span has one parent: it is a span of the first sampled message's trace,
 * linked to the others. A link to the parent as well would cost the parent: Jaeger keeps one reference to a span.
 */
function tracedBatchRoute(route: BatchRoute, group: string, tracer: RecordTracer): BatchRoute {
  const { topic, handler } = route;
  return {
    ...route,
    handler: (messages, inner) => {
      const [first] = messages;
      if (!first) return handler(messages, inner);
      const carried = messages.map(({ record }) => extractFromRecord(record));
      const sampled = carried.findIndex((each) => sampledSpanOf(each));
      const leading = Math.max(sampled, 0);
      const parent = carried[leading] ?? context.active();
      const handle = (within: Context): ReturnType<typeof handler> =>
        context.with(within, () => handler(messages, tracedBatchContext(inner, tracer, within)));
      if (passesUnsampled(parent)) return handle(parent);
      const span = tracer.process(topic.name, group, {
        parent,
        links: () => [...earlierAttempts(messages), ...batchLinks(carried, parent)],
        about: () => describeBatch(messages),
      });
      if (span.isRecording()) {
        for (const [index, { record }] of messages.entries())
          if (index === leading || sampledSpanOf(carried[index] ?? parent))
            noteAttempt(record, span.spanContext());
      }
      return endingWith([span], () => handle(trace.setSpan(parent, span)));
    },
  };
}

function tracedBatchContext(inner: BatchContext, tracer: RecordTracer, within: Context): BatchContext {
  const send = tracedSend(tracer, within);
  return { ...inner, send: (topic, value, options) => send(inner, topic, value, options) };
}

function batchLinks(carried: readonly Context[], parent: Context): readonly Link[] {
  const of = trace.getSpanContext(parent)?.spanId;
  return carried.flatMap((each) => {
    const span = sampledSpanOf(each);
    return span && span.spanId !== of ? linkTo(span, 'batch') : [];
  });
}

function earlierAttempts(messages: readonly Message<unknown>[]): readonly Link[] {
  const spans = new Set<SpanContext>();
  for (const { record } of messages) {
    const span = attemptOf(record);
    if (span) spans.add(span);
  }
  return Array.from(spans, (span) => linkTo(span, 'earlier-attempt'));
}
