import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

const protocolType = 'consumer';

export interface JoinRequest {
  readonly group: string;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
  readonly member: string;
  readonly protocol: string;
  readonly metadata: Buffer;
}

export interface Joined {
  readonly errorCode: number;
  readonly generation: number;
  readonly leader: string;
  readonly member: string;
  /** Only the leader is told. */
  readonly members: readonly { readonly id: string; readonly metadata: Buffer }[];
}

export function joinGroupRequest(join: JoinRequest): Request<Joined> {
  return request(11, [5, 5], 'JoinGroup', {
    timeoutMs: join.rebalanceMs + 10_000,
    write: (out) => {
      out.string(join.group).int32(join.sessionMs).int32(join.rebalanceMs).string(join.member).string(null);
      out.string(protocolType).int32(1).string(join.protocol).int32(join.metadata.length).raw(join.metadata);
    },
    read: (reader) => {
      reader.int32();
      const [errorCode, generation] = [reader.int16(), reader.int32()];
      reader.string();
      const [leader, member] = [reader.string() ?? '', reader.string() ?? ''];
      const members = reader.array(() => {
        const id = reader.string() ?? '';
        reader.string();
        return { id, metadata: bytes(reader) };
      });
      return { errorCode, generation, leader, member, members };
    },
  });
}

export interface GroupMember {
  readonly group: string;
  readonly generation: number;
  readonly member: string;
}

export function syncGroupRequest(
  { group, generation, member }: GroupMember,
  rebalanceMs: number,
  assignments: ReadonlyMap<string, Buffer>,
): Request<{ readonly errorCode: number; readonly assignment: Buffer }> {
  return request(14, [3, 3], 'SyncGroup', {
    timeoutMs: rebalanceMs + 10_000,
    write: (out) => {
      out.string(group).int32(generation).string(member).string(null);
      out.array([...assignments], ([id, assignment]) =>
        out.string(id).int32(assignment.length).raw(assignment),
      );
    },
    read: (reader) => {
      reader.int32();
      return { errorCode: reader.int16(), assignment: bytes(reader) };
    },
  });
}

/** An answer that takes longer than `timeoutMs` is taken for one that never comes, early enough to ask another way. */
export function heartbeatRequest(
  { group, generation, member }: GroupMember,
  timeoutMs: number,
): Request<number> {
  return request(12, [3, 3], 'Heartbeat', {
    timeoutMs,
    write: (out) => out.string(group).int32(generation).string(member).string(null),
    read: readErrorCode,
  });
}

export function leaveGroupRequest(group: string, member: string): Request<number> {
  return request(13, [3, 3], 'LeaveGroup', {
    write: (out) => out.string(group).int32(1).string(member).string(null),
    read: readErrorCode,
  });
}

export interface DescribedGroup {
  readonly errorCode: number;
  readonly group: string;
  readonly state: string;
  readonly protocolType: string;
  readonly protocol: string;
  readonly members: readonly {
    readonly id: string;
    readonly clientId: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}

export function describeGroupsRequest(groups: readonly string[]): Request<DescribedGroup[]> {
  return request(15, [2, 2], 'DescribeGroups', {
    write: (out) => out.array(groups, (group) => out.string(group)),
    read: (reader) => {
      reader.int32();
      return reader.array(() => ({
        errorCode: reader.int16(),
        group: reader.string() ?? '',
        state: reader.string() ?? '',
        protocolType: reader.string() ?? '',
        protocol: reader.string() ?? '',
        members: reader.array(() => {
          const [id, clientId] = [reader.string() ?? '', reader.string() ?? ''];
          reader.string();
          return { id, clientId, metadata: bytes(reader), assignment: bytes(reader) };
        }),
      }));
    },
  });
}

export function listGroupsRequest(): Request<{
  readonly errorCode: number;
  readonly groups: readonly { readonly group: string; readonly protocolType: string }[];
}> {
  return request(16, [2, 2], 'ListGroups', {
    write: () => undefined,
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      const groups = reader.array(() => ({
        group: reader.string() ?? '',
        protocolType: reader.string() ?? '',
      }));
      return { errorCode, groups };
    },
  });
}

export function deleteGroupsRequest(groups: readonly string[]): Request<number[]> {
  return request(42, [1, 1], 'DeleteGroups', {
    write: (out) => out.array(groups, (group) => out.string(group)),
    read: (reader) => {
      reader.int32();
      return reader.array(() => {
        reader.string();
        return reader.int16();
      });
    },
  });
}

/** 0: of a group; 1: of transactions. */
export function findCoordinatorRequest(
  key: string,
  kind: 0 | 1,
): Request<{ readonly errorCode: number; readonly node: number }> {
  return request(10, [2, 2], 'FindCoordinator', {
    write: (out) => out.string(key).int8(kind),
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      reader.string();
      return { errorCode, node: reader.int32() };
    },
  });
}

function readErrorCode(reader: Reader): number {
  reader.int32();
  return reader.int16();
}

function bytes(reader: Reader): Buffer {
  return reader.raw(Math.max(0, reader.int32()));
}
