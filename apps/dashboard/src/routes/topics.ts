import { type HttpServer, notFound } from '@millrace/service';
import { anySignal, isStreamsError } from '@millrace/streams';
import { z } from 'zod';
import { conditionOf } from '../messages/conditions.ts';
import { contentOf } from '../messages/content.ts';
import { followMessages } from '../messages/follow.ts';
import { oneMessage } from '../messages/one-message.ts';
import { type From, type SearchContext, searchMessages } from '../messages/search.ts';
import { storyOf, tieOf } from '../messages/story.ts';
import type { History } from '../watch/history.ts';
import { topicDetails } from '../watch/topic-details.ts';

export interface TopicRoutesOptions extends SearchContext {
  readonly history: History;
  readonly stopping: AbortSignal;
  readonly traceUrl: string | undefined;
}

const params = z.object({ topic: z.string().min(1).max(1_000) });
const number = z.coerce.number().int().nonnegative();
const reveal = z.stringbool().default(false);
const filter = {
  partition: number.optional(),
  key: z.string().optional(),
  header: z.string().optional(),
  where: z.string().optional(),
  reveal,
};
const search = z.object({
  ...filter,
  /** `newest`, `earliest`, or a time as ISO 8601 or milliseconds. */
  from: z.string().default('newest'),
  /** Instead of `from`: `partition:offset` pairs with commas, behind which it goes on. */
  cursor: z.string().optional(),
  limit: number.min(1).max(500).default(50),
});
const overMs = z.object({ overMs: number.min(60_000).max(86_400_000).default(3_600_000) });
const place = z.object({ partition: number, offset: z.string().min(1), reveal });
/** A message's causes and effects are looked for so long before and after it. */
const aroundMs = 600_000;

/** `GET /api/topics/:topic` and what lies below: details, history, messages, what follows, one message and its story. */
export function addTopicRoutes(server: HttpServer, options: TopicRoutesOptions): void {
  const { streams, masks, history } = options;
  server.get('/api/topics/:topic', { schema: { params } }, (request) =>
    known(topicDetails(streams, masks, request.params.topic)),
  );
  server.get('/api/topics/:topic/history', { schema: { params, querystring: overMs } }, (request) =>
    history.ofTopic(request.params.topic, request.query.overMs, Date.now()),
  );
  server.get('/api/topics/:topic/messages', { schema: { params, querystring: search } }, (request) => {
    const { from, cursor, partition, limit, ...rest } = request.query;
    const query = {
      topic: request.params.topic,
      partition,
      from: cursor === undefined ? fromOf(from) : { cursor },
      matches: conditionOf(rest),
      limit,
      reveal: rest.reveal,
    };
    return known(searchMessages(options, query, anySignal([request.signal, options.stopping])));
  });
  server.get(
    '/api/topics/:topic/follow',
    { schema: { params, querystring: z.object(filter) } },
    async (request, reply) => {
      const { partition, ...rest } = request.query;
      const { topic } = request.params;
      const query = { topic, partition, matches: conditionOf(rest), reveal: rest.reveal };
      await known(streams.admin.describe(topic));
      reply.hijack();
      await followMessages(options, query, reply.raw, options.stopping);
    },
  );
  server.get('/api/topics/:topic/message', { schema: { params, querystring: place } }, async (request) => {
    const { partition, offset } = request.query;
    const record = await oneMessage(streams, { topic: request.params.topic, partition, offset });
    return masks.view(contentOf(record), request.query.reveal);
  });
  server.get('/api/topics/:topic/story', { schema: { params, querystring: place } }, async (request) => {
    const { partition, offset } = request.query;
    const self = contentOf(await oneMessage(streams, { topic: request.params.topic, partition, offset }));
    return storyOf(options, tieOf(self), self, {
      topics: await streams.admin.topics(),
      from: self.timestamp - aroundMs,
      to: self.timestamp + aroundMs,
      reveal: request.query.reveal,
      traceUrl: options.traceUrl,
    });
  });
}

function fromOf(text: string): From {
  if (text === 'newest' || text === 'earliest') return text;
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(at)) return { at };
  return 'newest';
}

/** 404 for what is not there. */
export async function known<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_TOPIC') || isStreamsError(error, 'UNKNOWN_GROUP'))
      throw notFound(error.message);
    throw error;
  }
}
