import type { BatchContext, BatchRoute, Message, Route, StatefulContext } from '@millrace/streams';
import { context, type SpanContext } from '@opentelemetry/api';
import { below } from './below.ts';
import { carriedIn, isSampled } from './carrier.ts';
import { HandlerScope } from './handler-scope.ts';
import { batchLink, type SpanLink } from './own-span.ts';
import { describeMessage, type RecordTracer } from './record-tracer.ts';
import { type Described, endingWith } from './spans.ts';
import { sendWithin, TracedContext } from './traced-context.ts';

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
  const shape = tracer.processing(topic.name, group);
  const scope = new HandlerScope();
  return {
    ...route,
    handler: (message: Message<unknown>, inner: StatefulContext) => {
      const parent = carriedIn(message.record);
      if (parent && !isSampled(parent)) {
        const traced = new TracedContext(inner, tracer, parent);
        return scope.run(parent, handler, message, traced);
      }
      const links = earlierTries(message, tracer);
      const described = describeMessage(message);
      const span = tracer.start(shape, { parent, links, described });
      const own = span.context;
      tracer.handledIn(message.record, own);
      const traced = new TracedContext(inner, tracer, own);
      return endingWith([span], () => scope.run(own, handler, message, traced));
    },
  };
}

/**
 * A batch holds messages of many traces, and a span has one parent: the first sampled message's trace gets the span in
 * which the batch is handled. Every other sampled message has a span in its own trace, of the same length, linked to it.
 */
function tracedBatchRoute(route: BatchRoute, group: string, tracer: RecordTracer): BatchRoute {
  const { topic, handler } = route;
  const shape = tracer.processing(topic.name, group);
  return {
    ...route,
    handler: (messages, inner) => {
      const [first] = messages;
      if (!first) return handler(messages, inner);
      const carried = messages.map((message) => carriedIn(message.record));
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
      const links: SpanLink[] = [
        ...earlierTries(leader, tracer),
        ...followers.map(({ from }) => batchLink(from)),
      ];
      const described = (message: Message<unknown>): Described => ({
        ...describeMessage(message),
        batchSize: messages.length,
      });
      const span = tracer.start(shape, { parent, links, described: described(leader) });
      const own = span.context;
      tracer.handledIn(leader.record, own);
      const others = followers.map(({ message, from }) => {
        const other = tracer.start(shape, {
          parent: from,
          links: [batchLink(own), ...earlierTries(message, tracer)],
          described: described(message),
        });
        tracer.handledIn(message.record, other.context);
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
  const send = sendWithin(span, tracer);
  const traced: BatchContext = {
    ...inner,
    send: (topic, value, options) => send(inner, topic, value, options),
  };
  return context.with(below(span), () => handle(traced));
}

/** The latest try of this process; one that ended with its process left no span. */
function earlierTries(message: Message<unknown>, tracer: RecordTracer): readonly SpanLink[] {
  const latest = tracer.latestTry(message.record);
  return latest ? [{ context: latest, reason: 'earlier-attempt' }] : [];
}
