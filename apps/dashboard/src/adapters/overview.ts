import type { GroupDescription, Streams } from '@millrace/streams';
import type { TotalFigures, Totals } from '../domain/totals.ts';

export interface Overview {
  readonly at: string;
  readonly backend: string;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: number;
    readonly records: number;
  }[];
  readonly groups: readonly GroupOverview[];
  readonly totals: TotalFigures;
}

export interface GroupOverview {
  readonly name: string;
  readonly members: number;
  /** Null where the backend cannot say. */
  readonly lag: number | null;
  readonly pending: number | null;
}

export async function overviewOf(streams: Streams, totals: Totals): Promise<Overview> {
  const { admin } = streams;
  const [topicNames, groupNames] = await Promise.all([admin.topics(), admin.groups()]);
  const topics = await Promise.all(topicNames.toSorted().map((name) => admin.describe(name)));
  const groups = await Promise.all(groupNames.toSorted().map((name) => admin.describeGroup(name)));
  return {
    at: new Date().toISOString(),
    backend: streams.backend,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.length,
      records: partitions.reduce((sum, { records }) => sum + records, 0),
    })),
    groups: groups.map(groupOverview),
    totals: totals.figures(),
  };
}

function groupOverview({ group, members, partitions }: GroupDescription): GroupOverview {
  return {
    name: group,
    members: members.length,
    lag: sum(partitions.map(({ lag }) => lag)),
    pending: sum(partitions.map(({ pending }) => pending)),
  };
}

/** Null as soon as one of them is unknown. */
function sum(values: readonly (number | undefined)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === undefined ? null : total + value),
    0,
  );
}
