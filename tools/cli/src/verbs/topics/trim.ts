import { parsePlace, parseTime } from '../../input/time-or-position.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const topic = parameters.argument(0);
  const before = parameters.text('before');
  const keep = parameters.integer('keep', 0);
  if (before === undefined && keep === undefined)
    throw new UsageError('topics trim needs --before or --keep: what may be deleted');
  const { streams } = await connect();
  const trimmed = await streams.admin.trim(topic, {
    ...(before === undefined
      ? {}
      : { before: before.startsWith('@') ? parseTime(before, Date.now()) : parsePlace(before, topic) }),
    ...(keep === undefined ? {} : { keep }),
    evenIfUnacknowledged: parameters.flag('evenIfUnacknowledged'),
  });
  await output.value({ topic, trimmed }, () => `trimmed ${counted(trimmed, 'record')} of ${topic}`);
  return 0;
};
