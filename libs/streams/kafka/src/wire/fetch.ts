import type { AbortedTransaction } from './batches.ts';
import type { Request } from './request.ts';

export interface FetchPlace {
  /** The topic's id: of a topic that was deleted and created again nothing is fetched by mistake. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** The offset after the last record stored, committed or not. */
  readonly highWatermark: number;
  /** The offset before which everything is committed or aborted. */
  readonly stableOffset: number;
  readonly logStart: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

export interface FetchOptions {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
}

const readCommitted = 1;
const empty = Buffer.alloc(0);

/** Versions 13 to 18: what is committed, of all the places at once. */
export function fetchRequest(
  places: readonly FetchPlace[],
  { maxWaitMs, maxBytes }: FetchOptions,
): Request<FetchedPartition[]> {
  return {
    apiKey: 1,
    versions: [13, 18],
    apiName: 'Fetch',
    flexible: true,
    timeoutMs: maxWaitMs + 10_000,
    write: (out, version) => {
      // Since version 15 who is no replica says nothing of itself.
      if (version < 15) out.int32(-1);
      out.int32(maxWaitMs).int32(1).int32(maxBytes).int8(readCommitted).int32(0).int32(-1);
      out.compactArray(places, ({ topicId, partition, offset }) => {
        out.raw(Buffer.from(topicId, 'base64url')).compactArray([partition], () => {
          out.int32(partition).int32(-1).int64(offset).int32(-1).int64(-1).int32(maxBytes).noTags();
        });
        out.noTags();
      });
      out.compactArray([], () => undefined);
      out.compactString('').noTags();
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int32();
      const found: FetchedPartition[] = [];
      reader.compactArray(() => {
        reader.raw(16);
        reader.compactArray(() => {
          const partition = reader.int32();
          const own = reader.int16();
          const highWatermark = reader.int64();
          const stableOffset = reader.int64();
          const logStart = reader.int64();
          const aborted = reader.compactArray(() => {
            const transaction = { producer: reader.bigint64(), first: reader.int64() };
            reader.skipTags();
            return transaction;
          });
          reader.int32();
          const length = reader.uvarint() - 1;
          const batches = length > 0 ? reader.raw(length) : empty;
          reader.skipTags();
          found.push({
            partition,
            errorCode: own || errorCode,
            highWatermark,
            stableOffset: stableOffset < 0 ? highWatermark : stableOffset,
            logStart,
            aborted,
            batches,
          });
        });
        reader.skipTags();
      });
      return found;
    },
  };
}
