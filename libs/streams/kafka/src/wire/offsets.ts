import type { Request } from './request.ts';

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** What is to be read next; -1 when nothing was ever committed. */
  readonly offset: number;
  readonly metadata: string;
  readonly errorCode: number;
}

export interface FetchedOffsets {
  readonly errorCode: number;
  readonly offsets: readonly CommittedOffset[];
}

/** OffsetFetch version 7. `stable`: refuses while a transaction of the group is under way (KIP-447). */
export function offsetFetchRequest(
  group: string,
  /** Null asks for all. */
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null,
  stable: boolean,
): Request<FetchedOffsets> {
  return {
    apiKey: 9,
    versions: [7, 7],
    apiName: 'OffsetFetch',
    flexible: true,
    write: (out) => {
      out.compactString(group);
      out.compactArray(topics, ({ topic, partitions }) => {
        out.compactString(topic).compactArray(partitions, (partition) => out.int32(partition));
        out.noTags();
      });
      out.int8(stable ? 1 : 0).noTags();
    },
    read: (reader) => {
      reader.int32();
      const offsets: CommittedOffset[] = [];
      reader.compactArray(() => {
        const topic = reader.compactString() ?? '';
        reader.compactArray(() => {
          const partition = reader.int32();
          const offset = reader.int64();
          reader.int32();
          const metadata = reader.compactString() ?? '';
          const errorCode = reader.int16();
          reader.skipTags();
          offsets.push({ topic, partition, offset, metadata, errorCode });
        });
        reader.skipTags();
      });
      return { errorCode: reader.int16(), offsets };
    },
  };
}

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** Whoever commits; a stranger to the group has no member and generation -1. */
export interface CommitMember {
  readonly id: string;
  readonly generation: number;
}

export interface CommittedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
}

/** OffsetCommit version 7. */
export function offsetCommitRequest(
  group: string,
  member: CommitMember,
  offsets: readonly OffsetToCommit[],
): Request<CommittedPartition[]> {
  return {
    apiKey: 8,
    versions: [7, 7],
    apiName: 'OffsetCommit',
    flexible: false,
    write: (out) => {
      out.string(group).int32(member.generation).string(member.id).string(null);
      out.array([...Map.groupBy(offsets, ({ topic }) => topic)], ([topic, own]) => {
        out.string(topic).array(own, ({ partition, offset, metadata }) => {
          out.int32(partition).int64(offset).int32(-1).string(metadata);
        });
      });
    },
    read: (reader) => {
      reader.int32();
      const committed: CommittedPartition[] = [];
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => {
          committed.push({ topic, partition: reader.int32(), errorCode: reader.int16() });
        });
      });
      return committed;
    },
  };
}

/** TxnOffsetCommit version 3: fences members of an older generation (KIP-447). */
export function txnOffsetCommitRequest(
  group: string,
  producer: { readonly transactionalId: string; readonly id: bigint; readonly epoch: number },
  member: CommitMember,
  offsets: readonly OffsetToCommit[],
): Request<CommittedPartition[]> {
  return {
    apiKey: 28,
    versions: [3, 3],
    apiName: 'TxnOffsetCommit',
    flexible: true,
    write: (out) => {
      out
        .compactString(producer.transactionalId)
        .compactString(group)
        .int64(producer.id)
        .int16(producer.epoch);
      out.int32(member.generation).compactString(member.id).compactString(null);
      out.compactArray([...Map.groupBy(offsets, ({ topic }) => topic)], ([topic, own]) => {
        out.compactString(topic).compactArray(own, ({ partition, offset, metadata }) => {
          out.int32(partition).int64(offset).int32(-1).compactString(metadata).noTags();
        });
        out.noTags();
      });
      out.noTags();
    },
    read: (reader) => {
      reader.int32();
      const committed: CommittedPartition[] = [];
      reader.compactArray(() => {
        const topic = reader.compactString() ?? '';
        reader.compactArray(() => {
          committed.push({ topic, partition: reader.int32(), errorCode: reader.int16() });
          reader.skipTags();
        });
        reader.skipTags();
      });
      return committed;
    },
  };
}
