import type { BatchContext, BatchRoute, Message, Route, StatefulContext } from '@millrace/streams';
import { context, type Link, type SpanContext } from '@opentelemetry/api';
import { below, carriedBy, isSampled } from './carrier.ts';
import { describeMessage, type RecordTracer } from './record-tracer.ts';
import { attributes, endingWith, linkTo } from './spans.ts';
import { Sender, TracedContext } from './traced-context.ts';

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
      const carried = carriedBy(message.headers);
      if (carried && !isSampled(carried)) {
        const traced = new TracedContext(inner, new Sender(tracer, carried));
        return context.with(below(carried), () => handler(message, traced));
      }
      const links = earlierTries(message, tracer);
      const span = tracer.process({ topic: topic.name, group, parent: carried, links });
      const own = span.spanContext();
      tracer.handledIn(message.record, own);
      if (span.isRecording()) span.setAttributes(attributes(describeMessage(message)));
      const traced = new TracedContext(inner, new Sender(tracer, own));
      return endingWith([span], () => context.with(below(own), () => handler(message, traced)));
    },
  };
}

/**
 * A batch holds messages of many traces, and a span has one parent: the first sampled message's trace gets the span in
 * which the batch is handled. Every other sampled message has a span in its own trace, of the same length, linked to it.
 */
function tracedBatchRoute(route: BatchRoute, group: string, tracer: RecordTracer): BatchRoute {
  const { topic, handler } = route;
  return {
    ...route,
    handler: (messages, inner) => {
      const [first] = messages;
      if (!first) return handler(messages, inner);
      const carried = messages.map((message) => carriedBy(message.headers));
      const leads = Math.max(
        carried.findIndex((each) => each && isSampled(each)),
        0,
      );
      const leader = messages[leads] ?? first;
      const parent = carried[leads];
      if (parent && !isSampled(parent))
        return handleIn(tracer, parent, inner, (traced) => handler(messages, traced));
      const followers = messages.flatMap((message, index) => {
        const from = carried[index];
        return index > leads && from && isSampled(from) ? [{ message, from }] : [];
      });
      const links: Link[] = [
        ...earlierTries(leader, tracer),
        ...followers.map(({ from }) => linkTo(from, 'batch')),
      ];
      const span = tracer.process({ topic: topic.name, group, parent, links });
      const own = span.spanContext();
      span.setAttributes(attributes({ ...describeMessage(leader), batchSize: messages.length }));
      tracer.handledIn(leader.record, own);
      const others = followers.map(({ message, from }) => {
        const other = tracer.process({
          topic: topic.name,
          group,
          parent: from,
          links: [linkTo(own, 'batch'), ...earlierTries(message, tracer)],
        });
        other.setAttributes(attributes({ ...describeMessage(message), batchSize: messages.length }));
        tracer.handledIn(message.record, other.spanContext());
        return other;
      });
      return endingWith([span, ...others], () =>
        handleIn(tracer, own, inner, (traced) => handler(messages, traced)),
      );
    },
  };
}

function handleIn<Result>(
  tracer: RecordTracer,
  span: SpanContext,
  inner: BatchContext,
  handle: (traced: BatchContext) => Result,
): Result {
  const sender = new Sender(tracer, span);
  const traced: BatchContext = {
    ...inner,
    send: (topic, value, options) => sender.send(inner, topic, value, options),
  };
  return context.with(below(span), () => handle(traced));
}

/** The latest try of this process; one that ended with its process left no span. */
function earlierTries(message: Message<unknown>, tracer: RecordTracer): Link[] {
  const latest = tracer.latestTry(message.record);
  return latest ? [linkTo(latest, 'earlier-attempt')] : [];
}
