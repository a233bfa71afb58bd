import { formatPosition } from '@millrace/streams';
import { formatDuration } from '../../output/time.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const { streams } = await connect();
  const topic = parameters.text('topic');
  const entries = await streams.admin.pending(parameters.argument(0), {
    limit: parameters.integer('limit', 1) ?? 100,
    ...(topic === undefined ? {} : { topic }),
  });
  await output.table(
    entries.map(({ position, member, idleMs, deliveries }) => ({ ...position, member, idleMs, deliveries })),
    [
      { title: 'position', of: formatPosition },
      { title: 'member', of: ({ member }) => member },
      { title: 'idle', of: ({ idleMs }) => formatDuration(idleMs), align: 'right' },
      { title: 'deliveries', of: ({ deliveries }) => deliveries, align: 'right' },
    ],
    'nothing is pending',
  );
  return 0;
};
