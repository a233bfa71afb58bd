import { type Topic, topic } from '@millrace/streams';
import { z } from 'zod';

/** What somebody changed through the dashboard: written before it is done, and again with its outcome. */
export interface ChangeRecorded {
  readonly type: 'ChangeRequested' | 'ChangeDone' | 'ChangeFailed';
  readonly occurredAt: string;
  /** The same in both records of one change. */
  readonly changeId: string;
  /** Such as `seek` or `fault kill`. */
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Address of whoever asked. */
  readonly from: string;
  readonly error?: string | undefined;
}

const schema: z.ZodType<ChangeRecorded> = z.object({
  type: z.enum(['ChangeRequested', 'ChangeDone', 'ChangeFailed']),
  occurredAt: z.string(),
  changeId: z.string(),
  action: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
  from: z.string(),
  error: z.string().optional(),
});

export const auditTopic: Topic<ChangeRecorded> = topic('dashboard.audit', {
  schema,
  key: ({ target }) => target,
  id: ({ changeId, type }) => `${type}:${changeId}`,
});
