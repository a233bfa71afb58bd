import { counted } from '../../output/output.ts';
import type { Run } from '../../verb.ts';
import { lagOf } from './lag-of.ts';

export const run: Run = async ({ connect, parameters, output }) => {
  const group = parameters.argument(0);
  const { streams } = await connect();
  const { members, partitions } = await streams.admin.describeGroup(group);
  const deleted = parameters.flag('yes');
  if (deleted) await streams.admin.deleteGroup(group);
  await output.value({ group, deleted }, () =>
    deleted
      ? `deleted ${group}`
      : `${group} has ${counted(members.length, 'member')} and a lag of ${lagOf(partitions) ?? 'unknown'}; delete it with --yes`,
  );
  return deleted ? 0 : 1;
};
