import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

/** A group whose members are assigned by its coordinator, not by one of them. */
export interface CoordinatedGroup {
  readonly errorCode: number;
  readonly members: readonly CoordinatedMember[];
}

export interface CoordinatedMember {
  readonly id: string;
  readonly clientId: string;
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
}

/** ConsumerGroupDescribe: a group of the consumer protocol (KIP-848). */
export function consumerGroupDescribeRequest(group: string): Request<CoordinatedGroup> {
  return request(69, [0, 1], 'ConsumerGroupDescribe', {
    flexible: true,
    write: (out) =>
      out
        .compactArray([group], (name) => out.compactString(name))
        .int8(0)
        .noTags(),
    read: (reader, version) =>
      readGroup(reader, () => {
        const id = reader.compactString() ?? '';
        reader.compactString();
        const clientId = readClient(reader);
        reader.compactArray(() => reader.compactString());
        reader.compactString();
        const partitions = readAssignment(reader);
        readAssignment(reader);
        if (version >= 1) reader.int8();
        reader.skipTags();
        return { id, clientId, partitions };
      }),
  });
}

/** ShareGroupDescribe version 1: a share group (KIP-932). */
export function shareGroupDescribeRequest(group: string): Request<CoordinatedGroup> {
  return request(77, [1, 1], 'ShareGroupDescribe', {
    flexible: true,
    write: (out) =>
      out
        .compactArray([group], (name) => out.compactString(name))
        .int8(0)
        .noTags(),
    read: (reader) =>
      readGroup(reader, () => {
        const id = reader.compactString() ?? '';
        const clientId = readClient(reader);
        reader.compactArray(() => reader.compactString());
        const partitions = readAssignment(reader);
        reader.skipTags();
        return { id, clientId, partitions };
      }),
  });
}

function readGroup(reader: Reader, readMember: () => CoordinatedMember): CoordinatedGroup {
  reader.int32();
  const [group] = reader.compactArray(() => {
    const errorCode = reader.int16();
    for (let text = 0; text < 3; text++) reader.compactString();
    reader.position += 8;
    reader.compactString();
    const members = reader.compactArray(readMember);
    reader.int32();
    reader.skipTags();
    return { errorCode, members };
  });
  return group ?? { errorCode: 0, members: [] };
}

/** Rack, epoch, name and host of a member; returns the name. */
function readClient(reader: Reader): string {
  reader.compactString();
  reader.int32();
  const clientId = reader.compactString() ?? '';
  reader.compactString();
  return clientId;
}

function readAssignment(reader: Reader): { readonly topic: string; readonly partition: number }[] {
  const assigned = reader.compactArray(() => {
    reader.raw(16);
    const topic = reader.compactString() ?? '';
    const partitions = reader.compactArray(() => reader.int32());
    reader.skipTags();
    return partitions.map((partition) => ({ topic, partition }));
  });
  reader.skipTags();
  return assigned.flat();
}
