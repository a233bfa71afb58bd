import { type KeyedTopic, topic } from '@millrace/streams';
import { z } from 'zod';
import { moment, name, text } from './fields.ts';
import { personal } from './personal.ts';

/** One raw access-log line, well formed or not. */
export interface RequestLogged {
  readonly type: 'RequestLogged';
  /** When the line was read; the line has its own time. */
  readonly occurredAt: string;
  /** Equal lines are different requests, so the line alone does not tell them apart. */
  readonly requestId: string;
  /** The line's first word: the client's address. */
  readonly client: string;
  readonly line: string;
}

export type WebserverEvent = RequestLogged;

export const webserverEventSchema: z.ZodType<WebserverEvent> = z.object({
  type: z.literal('RequestLogged'),
  occurredAt: moment,
  requestId: name,
  client: personal(text),
  line: personal(text),
});

export const webserverEvents: KeyedTopic<WebserverEvent> = topic('webserver-events', {
  schema: webserverEventSchema,
  key: (event) => event.client,
  id: (event) => `${event.type}:${event.requestId}`,
});
