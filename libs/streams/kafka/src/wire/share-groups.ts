import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';
import type { Writer } from './writer.ts';

/** The release of Kafka whose brokers speak all of these. */
const since = '4.2';
/** A member that joins, and one that leaves. */
export const joining = 0;
export const leaving = -1;

export interface ShareMember {
  readonly group: string;
  readonly member: string;
}

export interface ShareHeartbeat {
  readonly errorCode: number;
  readonly epoch: number;
  readonly intervalMs: number;
  /** Undefined when it is the same as before. */
  readonly assignment?: readonly SharePartition[];
}

/** A partition of a share group, by the id of its topic. */
export interface SharePartition {
  readonly topicId: string;
  readonly partition: number;
}

export function shareGroupHeartbeatRequest(
  { group, member }: ShareMember,
  epoch: number,
  topics: readonly string[] | null,
): Request<ShareHeartbeat> {
  return request(76, [1, 1], 'ShareGroupHeartbeat', {
    flexible: true,
    since,
    write: (out) => {
      out.compactString(group).compactString(member).int32(epoch).compactString(null);
      out.compactArray(topics, (topic) => out.compactString(topic)).noTags();
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      reader.compactString();
      reader.compactString();
      const answer = { errorCode, epoch: reader.int32(), intervalMs: reader.int32() };
      if (reader.int8() < 0) return answer;
      const assignment = reader.compactArray(() => {
        const topicId = readTopicId(reader);
        const partitions = reader.compactArray(() => reader.int32());
        reader.skipTags();
        return partitions.map((partition) => ({ topicId, partition }));
      });
      return { ...answer, assignment: assignment.flat() };
    },
  });
}

/** What becomes of acquired records. `gap`: no record is stored there; `renew`: they stay acquired for another lock time. */
export const acknowledgeTypes = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const;
export type AcknowledgeType = keyof typeof acknowledgeTypes;

/** A run of offsets that were acquired. */
export interface OffsetRange {
  readonly first: number;
  readonly last: number;
}

/** Ranges of one partition, ascending. */
export interface Acknowledgement extends SharePartition {
  readonly ranges: readonly OffsetRange[];
}

/** A member's session with one broker: its requests are numbered, and sent one after another. */
export interface ShareSessionRequest extends ShareMember {
  /** 0 opens the session, -1 closes it. */
  readonly epoch: number;
}

export interface ShareFetchQuery extends ShareSessionRequest {
  /** Milliseconds to wait for the first record. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  /** The most records to acquire, of all partitions together. */
  readonly maxRecords: number;
  /** New in the session. */
  readonly added: readonly SharePartition[];
  readonly forgotten: readonly SharePartition[];
}

export interface AcquiredRange extends OffsetRange {
  readonly deliveryCount: number;
}

export interface ShareFetchedPartition extends SharePartition {
  readonly errorCode: number;
  /** Whole batches: also of records that were not acquired. */
  readonly batches: Buffer;
  readonly acquired: readonly AcquiredRange[];
}

export interface ShareFetchAnswer {
  readonly errorCode: number;
  /** Milliseconds that acquired records stay acquired. */
  readonly lockMs: number;
  readonly partitions: readonly ShareFetchedPartition[];
}

const recordLimit = 1;
const nothing = Buffer.alloc(0);

export function shareFetchRequest(query: ShareFetchQuery): Request<ShareFetchAnswer> {
  const { maxWaitMs, maxBytes, maxRecords, added, forgotten } = query;
  return request(78, [2, 2], 'ShareFetch', {
    flexible: true,
    since,
    timeoutMs: maxWaitMs + 10_000,
    write: (out) => {
      writeSession(out, query).int32(maxWaitMs).int32(1).int32(maxBytes);
      out.int32(maxRecords).int32(maxRecords).int8(recordLimit).int8(0);
      writeByTopic(out, added, ({ partition }) =>
        out
          .int32(partition)
          .compactArray([], () => undefined)
          .noTags(),
      );
      writeByTopic(out, forgotten, ({ partition }) => out.int32(partition));
      out.noTags();
    },
    read: (reader) => {
      const errorCode = readErrorCode(reader);
      const lockMs = reader.int32();
      const partitions = readByTopic(reader, (topicId) => {
        const place = { topicId, partition: reader.int32(), errorCode: reader.int16() };
        reader.compactString();
        reader.int16();
        reader.compactString();
        readLeader(reader);
        const length = reader.uvarint() - 1;
        const batches = length > 0 ? reader.raw(length) : nothing;
        const acquired = reader.compactArray(() => {
          const range = { first: reader.int64(), last: reader.int64(), deliveryCount: reader.int16() };
          reader.skipTags();
          return range;
        });
        return { ...place, batches, acquired };
      });
      return { errorCode, lockMs, partitions };
    },
  });
}

export interface AcknowledgeAnswer {
  readonly errorCode: number;
  /** The acknowledgement of a partition is taken whole or not at all. */
  readonly partitions: readonly (SharePartition & { readonly errorCode: number })[];
}

export function shareAcknowledgeRequest(
  session: ShareSessionRequest,
  type: AcknowledgeType,
  acknowledgements: readonly Acknowledgement[],
): Request<AcknowledgeAnswer> {
  return request(79, [2, 2], 'ShareAcknowledge', {
    flexible: true,
    since,
    write: (out) => {
      writeSession(out, session).int8(type === 'renew' ? 1 : 0);
      writeByTopic(out, acknowledgements, ({ partition, ranges }) => {
        out.int32(partition).compactArray(ranges, ({ first, last }) => {
          out
            .int64(first)
            .int64(last)
            .compactArray([acknowledgeTypes[type]], (code) => out.int8(code));
          out.noTags();
        });
        out.noTags();
      });
      out.noTags();
    },
    read: (reader) => {
      const errorCode = readErrorCode(reader);
      reader.int32();
      const partitions = readByTopic(reader, (topicId) => {
        const answer = { topicId, partition: reader.int32(), errorCode: reader.int16() };
        reader.compactString();
        readLeader(reader);
        return answer;
      });
      return { errorCode, partitions };
    },
  });
}

export interface ShareGroupOffset {
  readonly topic: string;
  readonly partition: number;
  /** The first record that the group has not done with; -1 when it has not begun. */
  readonly start: number;
  /** Records that the group has not done with; undefined when the broker does not tell. */
  readonly lag?: number;
}

/** All topics of a share group. */
export function shareGroupOffsetsRequest(
  group: string,
): Request<{ readonly errorCode: number; readonly offsets: readonly ShareGroupOffset[] }> {
  return request(90, [0, 1], 'DescribeShareGroupOffsets', {
    flexible: true,
    since,
    write: (out) => {
      out.compactArray([group], (name) =>
        out
          .compactString(name)
          .compactArray(null, () => undefined)
          .noTags(),
      );
      out.noTags();
    },
    read: (reader, version) => {
      reader.int32();
      let errorCode = 0;
      const offsets: ShareGroupOffset[] = [];
      reader.compactArray(() => {
        reader.compactString();
        reader.compactArray(() => {
          const topic = reader.compactString() ?? '';
          readTopicId(reader);
          reader.compactArray(() => {
            const place = { topic, partition: reader.int32(), start: reader.int64() };
            reader.int32();
            const lag = version >= 1 ? reader.int64() : -1;
            errorCode ||= reader.int16();
            reader.compactString();
            reader.skipTags();
            offsets.push(lag < 0 ? place : { ...place, lag });
          });
          reader.skipTags();
        });
        errorCode = reader.int16() || errorCode;
        reader.compactString();
        reader.skipTags();
      });
      return { errorCode, offsets };
    },
  });
}

/** Moves a group without members; one that does not exist yet begins there. Returns the first error. */
export function alterShareGroupOffsetsRequest(
  group: string,
  starts: readonly ShareGroupOffset[],
): Request<number> {
  return request(91, [0, 0], 'AlterShareGroupOffsets', {
    flexible: true,
    since,
    write: (out) => {
      out.compactString(group);
      out.compactArray([...Map.groupBy(starts, ({ topic }) => topic)], ([topic, own]) => {
        out.compactString(topic).compactArray(own, ({ partition, start }) => {
          out.int32(partition).int64(start).noTags();
        });
        out.noTags();
      });
      out.noTags();
    },
    read: (reader) => {
      let errorCode = readErrorCode(reader);
      reader.compactArray(() => {
        reader.compactString();
        readTopicId(reader);
        reader.compactArray(() => {
          reader.int32();
          errorCode ||= reader.int16();
          reader.compactString();
          reader.skipTags();
        });
        reader.skipTags();
      });
      return errorCode;
    },
  });
}

function writeSession(out: Writer, { group, member, epoch }: ShareSessionRequest): Writer {
  return out.compactString(group).compactString(member).int32(epoch);
}

function writeByTopic<Place extends SharePartition>(
  out: Writer,
  places: readonly Place[],
  write: (place: Place) => void,
): void {
  out.compactArray([...Map.groupBy(places, ({ topicId }) => topicId)], ([topicId, own]) => {
    out.raw(Buffer.from(topicId, 'base64url')).compactArray(own, write);
    out.noTags();
  });
}

function readByTopic<Answer>(reader: Reader, read: (topicId: string) => Answer): Answer[] {
  const found = reader.compactArray(() => {
    const topicId = readTopicId(reader);
    const answers = reader.compactArray(() => {
      const answer = read(topicId);
      reader.skipTags();
      return answer;
    });
    reader.skipTags();
    return answers;
  });
  return found.flat();
}

function readTopicId(reader: Reader): string {
  return reader.raw(16).toString('base64url');
}

/** The time to wait, the error and what the broker says of it. */
function readErrorCode(reader: Reader): number {
  reader.int32();
  const errorCode = reader.int16();
  reader.compactString();
  return errorCode;
}

function readLeader(reader: Reader): void {
  reader.int32();
  reader.int32();
  reader.skipTags();
}
