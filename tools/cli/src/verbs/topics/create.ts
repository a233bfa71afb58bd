import { type Retention, StreamsError } from '@millrace/streams';
import type { Parameters } from '../../command-line/parameters.ts';
import { splitPair } from '../../input/pair.ts';
import { counted } from '../../output/output.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const name = parameters.argument(0);
  const partitions = parameters.integer('partitions', 1) ?? 1;
  const settings = Object.fromEntries(parameters.list('setting').map((pair) => splitPair('--setting', pair)));
  const retention = retentionOf(parameters);
  const { streams } = await connect();
  const existed = (await streams.admin.topics()).includes(name);
  if (existed) {
    const count = (await streams.admin.describe(name)).partitions.length;
    if (count !== partitions)
      throw new StreamsError(
        'TOPIC_MISMATCH',
        `${name} is there with ${counted(count, 'partition')}, not ${partitions}; a topic keeps its partitions: choose another name`,
      );
  }
  await streams.admin.ensureTopics([
    {
      name,
      partitions,
      ...(Object.keys(retention).length > 0 ? { retention } : {}),
      ...(Object.keys(settings).length > 0 ? { settings } : {}),
    },
  ]);
  await output.value({ topic: name, partitions, created: !existed }, () =>
    existed ? `${name} is there already` : `created ${name} with ${counted(partitions, 'partition')}`,
  );
  return 0;
};

function retentionOf(parameters: Parameters): Retention {
  const maxAgeMs = parameters.duration('maxAge');
  const maxRecords = parameters.integer('maxRecords', 1);
  return {
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(maxRecords === undefined ? {} : { maxRecords }),
    ...(parameters.flag('evenIfUnacknowledged') ? { evenIfUnacknowledged: true } : {}),
  };
}
