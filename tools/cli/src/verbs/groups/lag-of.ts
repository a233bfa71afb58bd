import type { GroupPartition } from '@millrace/streams';

/** Records that wait in these partitions; undefined where the backend cannot say. */
export function lagOf(partitions: readonly Pick<GroupPartition, 'lag'>[]): number | undefined {
  return partitions.reduce<number | undefined>(
    (sum, { lag }) => (sum === undefined || lag === undefined ? undefined : sum + lag),
    0,
  );
}
