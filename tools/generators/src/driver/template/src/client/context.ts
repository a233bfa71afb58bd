import type { Notices } from '@millrace/streams/driver-kit';
import type { Loss } from '../protocol.ts';
import type { Connection } from './connection.ts';

/** What the parts of an open driver share. */
export interface Context {
  readonly connection: Connection;
  readonly notices: Notices;
}

/** Tells a person that a group will never see these records. */
export function reportLosses({ notices }: Context, group: string, losses: readonly Loss[]): void {
  for (const { topic, partition, from, through } of losses)
    notices.notify({
      kind: 'records-lost',
      message: `group ${group} lost the records ${from} to ${through} of ${topic}:${partition}: they were trimmed before it had them`,
      details: { group, topic, partition, from, through },
    });
}
