import type { Notice } from '@millrace/streams';
import type { Partition } from './catalog.ts';

/** Records that are gone before their group settled them: offsets `from` up to `through`. */
export interface Loss {
  readonly partition: Partition;
  readonly from: number;
  readonly through: number;
}

export function lossNotice(group: string, { partition, from, through }: Loss): Notice {
  const { topic, number } = partition;
  const count = through - from + 1;
  return {
    kind: 'records-lost',
    message: `Group ${group} lost ${count} records of ${topic}:${number} (offsets ${from} to ${through}): they were trimmed before the group settled them`,
    details: { group, topic, partition: number, from: String(from), through: String(through), count },
  };
}
