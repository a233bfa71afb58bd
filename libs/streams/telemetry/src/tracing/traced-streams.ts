import type { Observer, RunOptions, Streams } from '@millrace/streams';
import { headerOf } from '@millrace/streams/driver';
import { type Link, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { extractFromRecord, inject, sampledSpanOf } from './propagation.ts';
import { attemptOf, type Messages, type RecordTracer } from './record-tracer.ts';
import { linkTo } from './span-attributes.ts';
import { tracedPublish, tracedPublishTogether } from './traced-publish.ts';
import { tracedRoute } from './traced-routes.ts';

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
  const { group } = options;
  const routes = options.routes.map((route) => tracedRoute(route, group, tracer));
  const observer = { ...options.observer, committed: tracedCommits(options.observer, tracer) };
  const deadLetterHeaders: RunOptions['deadLetterHeaders'] = (record, { attempts, error }) => {
    const last = attemptOf(record);
    const parent = last ? trace.setSpanContext(extractFromRecord(record), last) : extractFromRecord(record);
    if (!sampledSpanOf(parent)) return {};
    const about = (): Messages => ({
      messageId: headerOf(record, 'id'),
      tombstone: record.value === null,
      attempt: attempts,
      deadLetterCode: error.code,
    });
    const span = tracer.create(`${group}.dead-letters`, { parent, about });
    span.end();
    return inject(trace.setSpan(parent, span));
  };
  // The kinds of routes are those that came in.
  return { ...options, routes, observer, deadLetterHeaders } as RunOptions;
}

/** One span a commit: below the first sampled message that it acknowledges, linked to the others. */
function tracedCommits(observer: Observer | undefined, tracer: RecordTracer): Observer['committed'] {
  return (event) => {
    const { group, records, durationMs } = event;
    let first: SpanContext | undefined;
    const links: Link[] = [];
    for (const record of records) {
      const span = attemptOf(record);
      if (!span || span === first) continue;
      if (first) links.push(linkTo(span, 'batch'));
      else first = span;
    }
    if (first) {
      const parent = trace.setSpanContext(ROOT_CONTEXT, first);
      tracer.commit(group, records, { parent, links: () => links, startMs: Date.now() - durationMs });
    }
    observer?.committed?.(event);
  };
}
