import type { Notice } from '@millrace/streams';

export interface LostRecords {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly ids: readonly string[];
}

const named = 20;

/** Reports that records were trimmed away before their group acknowledged them; nothing for no ids. */
export function reportLost(
  notify: (notice: Notice) => void,
  { group, topic, partition, ids }: LostRecords,
): void {
  if (ids.length === 0) return;
  const more = ids.length > named ? `, and ${ids.length - named} more` : '';
  notify({
    kind: 'records-lost',
    message: `the group ${group} lost ${ids.length} records of ${topic}:${partition}: they were trimmed before it acknowledged them: ${ids.slice(0, named).join(', ')}${more}`,
    details: { group, topic, partition, count: ids.length, ids: ids.join(' ') },
  });
}
