import { check } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { onceSuffix } from '../producer/transactional-ids.ts';
import { listGroupsRequest } from '../wire/groups.ts';

/** Of any protocol: `share` groups too. */
export interface ListedGroup {
  readonly group: string;
  readonly protocolType: string;
}

/** Without those that hold the sequences of `once` producers. */
export async function listGroups({ cluster, connections }: Context): Promise<ListedGroup[]> {
  const found = await retry({ ms: retryWithinMs }, async () => {
    await connections.metadata([]);
    const lists = await Promise.all(
      cluster.nodes.map(async (node) => {
        const { errorCode, groups } = await connections.at(node, listGroupsRequest());
        check(errorCode, 'groups could not be listed');
        return groups;
      }),
    );
    return new Map(lists.flat().map((listed) => [listed.group, listed]));
  });
  return [...found.values()].filter(({ group }) => !group.endsWith(onceSuffix));
}
