import type { AbortedTransaction } from './batches.ts';
import type { Reader } from './reader.ts';
import type { Request } from './request.ts';

export interface PartitionToFetch {
  /** The topic's id: of a topic that was deleted and created again nothing is fetched by mistake. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
  readonly maxBytes: number;
}

/** What a fetch session (KIP-227) is told: which partitions are new or moved, and which are fetched no more. */
export interface SessionFetch {
  readonly sessionId: number;
  readonly epoch: number;
  readonly partitions: readonly PartitionToFetch[];
  readonly forgotten: readonly PartitionToFetch[];
}

export interface FetchQuery extends SessionFetch {
  /** Milliseconds to wait for the first byte. */
  readonly maxWaitMs: number;
  /** Of all partitions together. */
  readonly maxBytes: number;
}

export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  /** The offset after the last record stored, committed or not. */
  readonly highWatermark: number;
  /** The offset before which everything is committed or aborted. */
  readonly stableOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

export interface FetchAnswer {
  /** Of the request as a whole. */
  readonly errorCode: number;
  /** 0: the broker keeps no session. */
  readonly sessionId: number;
  readonly partitions: readonly FetchedPartition[];
}

/** A fetch that no session remembers. */
export const outsideSessions: Pick<SessionFetch, 'sessionId' | 'epoch' | 'forgotten'> = {
  sessionId: 0,
  epoch: -1,
  forgotten: [],
};

const readCommitted = 1;
const empty = Buffer.alloc(0);

export function partitionKey({
  topicId,
  partition,
}: Pick<PartitionToFetch, 'topicId' | 'partition'>): string {
  return `${topicId}:${partition}`;
}

/** Versions 13 to 18: what is committed. */
export function fetchRequest(query: FetchQuery): Request<FetchAnswer> {
  const { sessionId, epoch, partitions, forgotten, maxWaitMs, maxBytes } = query;
  return {
    apiKey: 1,
    versions: [13, 18],
    apiName: 'Fetch',
    flexible: true,
    timeoutMs: maxWaitMs + 10_000,
    write: (out, version) => {
      // Since version 15 who is no replica says nothing of itself.
      if (version < 15) out.int32(-1);
      out.int32(maxWaitMs).int32(1).int32(maxBytes).int8(readCommitted).int32(sessionId).int32(epoch);
      out.compactArray([...Map.groupBy(partitions, ({ topicId }) => topicId)], ([topicId, own]) => {
        out.raw(Buffer.from(topicId, 'base64url')).compactArray(own, (each) => {
          out.int32(each.partition).int32(-1).int64(each.offset).int32(-1).int64(-1);
          out.int32(each.maxBytes).noTags();
        });
        out.noTags();
      });
      out.compactArray([...Map.groupBy(forgotten, ({ topicId }) => topicId)], ([topicId, own]) => {
        out.raw(Buffer.from(topicId, 'base64url'));
        out.compactArray(own, ({ partition }) => out.int32(partition)).noTags();
      });
      out.compactString('').noTags();
    },
    read: (reader) => {
      reader.int32();
      const [errorCode, id] = [reader.int16(), reader.int32()];
      const found: FetchedPartition[] = [];
      reader.compactArray(() => {
        const topicId = reader.raw(16).toString('base64url');
        reader.compactArray(() => found.push(readPartition(reader, topicId)));
        reader.skipTags();
      });
      return { errorCode, sessionId: id, partitions: found };
    },
  };
}

function readPartition(reader: Reader, topicId: string): FetchedPartition {
  const [partition, errorCode] = [reader.int32(), reader.int16()];
  const [highWatermark, stableOffset] = [reader.int64(), reader.int64()];
  reader.int64();
  const aborted = reader.compactArray(() => {
    const transaction = { producer: reader.bigint64(), first: reader.int64() };
    reader.skipTags();
    return transaction;
  });
  reader.int32();
  const length = reader.uvarint() - 1;
  const batches = length > 0 ? reader.raw(length) : empty;
  reader.skipTags();
  return {
    topicId,
    partition,
    errorCode,
    highWatermark,
    stableOffset: stableOffset < 0 ? highWatermark : stableOffset,
    aborted,
    batches,
  };
}
