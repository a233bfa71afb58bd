import type { Run } from '../../verb.ts';

const atOnce = 16;

export const run: Run = async ({ connect, output }) => {
  const { streams } = await connect();
  const names = (await streams.admin.topics()).toSorted();
  const rows: { topic: string; partitions: number; records: number }[] = [];
  for (let at = 0; at < names.length; at += atOnce) {
    const some = names.slice(at, at + atOnce).map(async (topic) => {
      const { partitions } = await streams.admin.describe(topic);
      return {
        topic,
        partitions: partitions.length,
        records: partitions.reduce((sum, { records }) => sum + records, 0),
      };
    });
    rows.push(...(await Promise.all(some)));
  }
  await output.table(
    rows,
    [
      { title: 'topic', of: ({ topic }) => topic },
      { title: 'partitions', of: ({ partitions }) => partitions, align: 'right' },
      { title: 'records', of: ({ records }) => records, align: 'right' },
    ],
    'no topics',
  );
  return 0;
};
