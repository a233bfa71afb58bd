import type { TopicDescription } from '@millrace/streams';
import { formatDuration } from '../../output/time.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const { streams } = await connect();
  const topic = await streams.admin.describe(parameters.argument(0));
  if (output.json) {
    await output.value(asValue(topic), () => '');
    return 0;
  }
  await output.plain(`${topic.name}: ${retention(topic)}`);
  for (const [name, value] of Object.entries(topic.settings).toSorted())
    await output.plain(`  ${name} = ${value}`);
  await output.table(
    topic.partitions,
    [
      { title: 'partition', of: ({ partition }) => partition, align: 'right' },
      { title: 'records', of: ({ records }) => records, align: 'right' },
      { title: 'first', of: ({ first }) => first },
      { title: 'last', of: ({ last }) => last },
      ...(topic.partitions.some(({ placement }) => placement !== undefined)
        ? [{ title: 'placement', of: ({ placement }: { placement?: string }) => placement }]
        : []),
    ],
    'no partitions',
  );
  return 0;
};

function asValue({ name, retention: kept, settings, partitions }: TopicDescription): object {
  return { topic: name, retention: kept, settings, partitions };
}

function retention({ retention: { maxAgeMs, maxRecords, evenIfUnacknowledged } }: TopicDescription): string {
  const limits = [
    ...(maxAgeMs === undefined ? [] : [`for ${formatDuration(maxAgeMs)}`]),
    ...(maxRecords === undefined ? [] : [`up to ${maxRecords} records a partition`]),
  ];
  if (limits.length === 0) return 'records are kept for ever';
  const unless = evenIfUnacknowledged ? 'even if unacknowledged' : 'unless a group still needs them';
  return `records are kept ${limits.join(', ')}, then forgotten, ${unless}`;
}
