import { StreamsError } from '@millrace/streams';
import { translate } from '../client/errors.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import {
  type CoordinatedGroup,
  type CoordinatedMember,
  consumerGroupDescribeRequest,
  shareGroupDescribeRequest,
} from '../wire/other-groups.ts';
import type { Request } from '../wire/request.ts';
import { listGroups } from './list-groups.ts';

/** A group of a type that this library does not make. */
export interface OtherGroup {
  readonly type: 'consumer' | 'share' | 'streams';
  readonly members: readonly CoordinatedMember[];
}

const unknownGroup = 69;

/** Undefined when there is no such group, or the broker knows no such types. */
export async function otherGroup(context: Context, group: string): Promise<OtherGroup | undefined> {
  const consumer = await described(context, group, consumerGroupDescribeRequest(group));
  if (consumer) return { type: 'consumer', members: consumer.members };
  const share = await described(context, group, shareGroupDescribeRequest(group));
  if (share) return { type: 'share', members: share.members };
  // What the members of a group of Kafka Streams hold are tasks, not partitions.
  const listed = (await listGroups(context)).find((each) => each.group === group);
  return listed?.protocolType === 'streams' ? { type: 'streams', members: [] } : undefined;
}

/**
 * GROUP_ACTIVE when a group of this name holds members of other programs that are assigned by its coordinator, and
 * INVALID_ARGUMENT when it is of a type that has no members of this kind.
 */
export async function refuseOtherGroup(context: Context, group: string): Promise<void> {
  const other = await otherGroup(context, group);
  if (!other) return;
  const { type, members } = other;
  const names = [...new Set(members.map(({ clientId }) => clientId))].join(', ');
  const held = members.length > 0 ? ` with ${members.length} members (${names})` : '';
  if (type === 'consumer') {
    // Without members it is of no type, and may be joined.
    if (members.length === 0) return;
    throw new StreamsError(
      'GROUP_ACTIVE',
      `the group ${group} is one of Kafka's consumer protocol${held}: stop them, or give this group another name`,
    );
  }
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `the group ${group} is a ${type} group${held}, and members of a partitioned group cannot join it: give this group another name`,
  );
}

async function described(
  { connections }: Context,
  group: string,
  request: Request<CoordinatedGroup>,
): Promise<CoordinatedGroup | undefined> {
  try {
    const found = await retry({ ms: retryWithinMs }, () =>
      connections.atCoordinator('group', group, request, ({ errorCode }) =>
        errorCode === unknownGroup ? 0 : errorCode,
      ),
    );
    return found.errorCode === 0 ? found : undefined;
  } catch (error) {
    if (translate(error, '').code === 'UNSUPPORTED') return undefined;
    throw error;
  }
}
