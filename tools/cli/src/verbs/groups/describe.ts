import { formatDuration } from '../../output/time.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const { streams } = await connect();
  const { group, mode, members, partitions } = await streams.admin.describeGroup(parameters.argument(0));
  const sorted = partitions.toSorted((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
  if (output.json) {
    await output.value({ group, mode, members, partitions: sorted }, () => '');
    return 0;
  }
  await output.plain(`${group}: ${mode}, ${members.length} ${members.length === 1 ? 'member' : 'members'}`);
  if (members.length > 0) {
    await output.table(
      members,
      [
        { title: 'member', of: ({ member }) => member },
        { title: 'partitions', of: ({ leases }) => leases.join(' ') || undefined },
        { title: 'pending', of: ({ pending }) => pending, align: 'right' },
        {
          title: 'idle',
          of: ({ idleMs }) => (idleMs === undefined ? undefined : formatDuration(idleMs)),
          align: 'right',
        },
      ],
      '',
    );
  }
  await output.table(
    sorted,
    [
      { title: 'topic', of: ({ topic }) => topic },
      { title: 'partition', of: ({ partition }) => partition, align: 'right' },
      { title: 'committed', of: ({ committed }) => committed, align: 'right' },
      { title: 'lag', of: ({ lag }) => lag, align: 'right' },
      { title: 'pending', of: ({ pending }) => pending, align: 'right' },
      { title: 'owner', of: ({ owner }) => owner },
    ],
    'it has read nothing yet',
  );
  return 0;
};
