import type { Admin, GroupPartition } from '@millrace/streams';

/** What a group has still to do. */
export interface GroupBacklog {
  readonly group: string;
  readonly lag: number;
  /** Changes whenever the group settles something. */
  readonly progress: string;
  /** Where most is left. */
  readonly furthestBehind: GroupPartition | undefined;
}

export interface Backlog {
  readonly groups: readonly GroupBacklog[];
  readonly lag: number;
}

/** What every group has still to do, by the backend's own account. */
export async function measureBacklog(admin: Admin): Promise<Backlog> {
  const names = await admin.groups();
  const groups = await Promise.all(names.map((name) => measureGroup(admin, name)));
  return { groups, lag: groups.reduce((sum, { lag }) => sum + lag, 0) };
}

async function measureGroup(admin: Admin, group: string): Promise<GroupBacklog> {
  const { partitions } = await admin.describeGroup(group);
  return {
    group,
    // A backend that cannot say leaves the group unfinished: better to complain than to report half a run.
    lag: partitions.reduce((sum, { lag }) => sum + (lag ?? 1), 0),
    progress: partitions.map(({ committed, pending }) => `${committed}/${pending}`).join(' '),
    furthestBehind: partitions.reduce<GroupPartition | undefined>(
      (worst, partition) => ((partition.lag ?? 1) > (worst?.lag ?? 0) ? partition : worst),
      undefined,
    ),
  };
}
