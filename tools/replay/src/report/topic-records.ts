import type { Admin } from '@millrace/streams';
import type { Counts } from './report.ts';

/** How many records each topic holds, by the backend's own account. */
export async function topicRecords(admin: Admin): Promise<Counts> {
  const topics = await admin.topics();
  const described = await Promise.all(topics.map((topic) => admin.describe(topic)));
  return Object.fromEntries(
    described.map(({ name, partitions }) => [
      name,
      partitions.reduce((sum, { records }) => sum + records, 0),
    ]),
  );
}
