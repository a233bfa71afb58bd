import { parseTime } from '../../input/time-or-position.ts';
import { counted } from '../../output/output.ts';
import { UsageError } from '../../usage-error.ts';
import type { Run } from '../../verb.ts';
import { lettersOf } from './list.ts';

export const run: Run = async (call) => {
  const { parameters, output } = call;
  const group = parameters.argument(0);
  const text = parameters.text('before');
  if (text !== undefined && !text.startsWith('@'))
    throw new UsageError(`--before takes a time such as @-30d, not ${text}`);
  const before = text === undefined ? undefined : parseTime(text, Date.now());
  let letters = 0;
  for await (const { record } of lettersOf(call))
    if (before === undefined || record.timestamp < before.getTime()) letters += 1;
  const purged = parameters.flag('yes');
  if (purged && letters > 0) {
    const { streams } = await call.connect();
    await streams.admin.trim(`${group}.dead-letters`, {
      ...(before === undefined ? { keep: 0 } : { before }),
      evenIfUnacknowledged: true,
    });
  }
  await output.value({ group, letters, purged }, () =>
    purged
      ? `purged ${counted(letters, 'dead letter')} of ${group}`
      : `${counted(letters, 'dead letter')} of ${group}; delete them with --yes`,
  );
  return purged || letters === 0 ? 0 : 1;
};
