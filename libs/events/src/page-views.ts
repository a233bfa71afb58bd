import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { count, moment, name, text } from './fields.ts';
import { personal } from './personal.ts';

export interface PageViewed {
  readonly type: 'PageViewed';
  readonly occurredAt: string;
  readonly requestId: string;
  readonly client: string;
  readonly method: string;
  readonly target: string;
  /** Three digits; `000` is a status too, so it is no number. */
  readonly status: string;
  readonly bytes: number;
  readonly referrer: string;
  readonly agent: string;
}

export type PageView = PageViewed;

export const pageViewSchema: z.ZodType<PageView> = z.object({
  type: z.literal('PageViewed'),
  occurredAt: moment,
  requestId: name,
  client: personal(text),
  method: text,
  target: text,
  status: text,
  bytes: count,
  referrer: z.string(),
  agent: personal(z.string()),
});

export const pageViews: KeyedTopic<PageView> = topic('page-views', {
  schema: pageViewSchema,
  key: (event) => event.client,
  id: (event) => `${event.type}:${event.requestId}`,
});
