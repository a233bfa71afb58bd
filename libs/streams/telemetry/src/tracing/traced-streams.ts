import { headerOf, type Observer, type RunOptions, type Streams } from '@millrace/streams';
import type { SpanContext } from '@opentelemetry/api';
import { carriedIn, carrying, isSampled } from './carrier.ts';
import { batchLink, type SpanLink } from './own-span.ts';
import type { RecordTracer } from './record-tracer.ts';
import { fail } from './spans.ts';
import { tracedPublish, tracedPublishTogether } from './traced-publish.ts';
import { tracedRoute } from './traced-routes.ts';
import { wallClock } from './wall-clock.ts';

/** Streams whose records carry their trace. Reading without a group and waiting for messages make no spans. */
export function tracedStreams(inner: Streams, tracer: RecordTracer): Streams {
  return {
    backend: inner.backend,
    admin: inner.admin,
    publish: tracedPublish((topic, values, options) => inner.publish(topic, values, options), tracer),
    publishTogether: tracedPublishTogether(
      (outgoing, options) => inner.publishTogether(outgoing, options),
      tracer,
    ),
    read: inner.read.bind(inner),
    run: (options) => inner.run(tracedGroup(options, tracer)),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

function tracedGroup(options: RunOptions, tracer: RecordTracer): RunOptions {
  const routes = options.routes.map((route) => tracedRoute(route, options.group, tracer));
  const observer = { ...options.observer, committed: settling(options.observer, tracer) };
  const { group } = options;
  const deadLetterHeaders: RunOptions['deadLetterHeaders'] = (record, { attempts, error }) => {
    const parent = tracer.latestTry(record) ?? carriedIn(record);
    if (!parent || !isSampled(parent)) return {};
    const described = { group, attempt: attempts, messageId: headerOf(record, 'id') };
    const topic = `${group}.dead-letters`;
    const span = tracer.create(topic, { parent, described });
    fail(span, error);
    span.end();
    return carrying(span.context);
  };
  // The kinds of routes are those that came in.
  return { ...options, routes, observer, deadLetterHeaders } as RunOptions;
}

/** One span a commit: below the first sampled message that it settles, linked to the others. */
function settling(observer: Observer | undefined, tracer: RecordTracer): Observer['committed'] {
  return (event) => {
    const { group, records, durationMs } = event;
    let first: SpanContext | undefined;
    const links: SpanLink[] = [];
    for (const record of records) {
      const span = tracer.latestTry(record);
      if (!span) continue;
      if (first) links.push(batchLink(span));
      else first = span;
    }
    if (first) tracer.settle({ group, records, parent: first, links, startMs: wallClock() - durationMs });
    observer?.committed?.(event);
  };
}
