import type { Run } from '../../verb.ts';
import { lagOf } from './lag-of.ts';

export const run: Run = async ({ connect, output }) => {
  const { streams } = await connect();
  const rows: { group: string; mode: string; members: number; topics: string[]; lag: number | null }[] = [];
  for (const name of (await streams.admin.groups()).toSorted()) {
    const { group, mode, members, partitions } = await streams.admin.describeGroup(name);
    rows.push({
      group,
      mode,
      members: members.length,
      topics: [...new Set(partitions.map(({ topic }) => topic))].toSorted(),
      lag: lagOf(partitions) ?? null,
    });
  }
  await output.table(
    rows,
    [
      { title: 'group', of: ({ group }) => group },
      { title: 'mode', of: ({ mode }) => mode },
      { title: 'members', of: ({ members }) => members, align: 'right' },
      { title: 'lag', of: ({ lag }) => lag ?? undefined, align: 'right' },
      { title: 'topics', of: ({ topics }) => topics.join(' ') },
    ],
    'no groups',
  );
  return 0;
};
