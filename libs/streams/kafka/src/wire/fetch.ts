import type { AbortedTransaction } from './batches.ts';
import type { Request } from './request.ts';

export interface FetchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchedPartition {
  readonly topic: string;
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

/** Version 11: what is committed, of all the places at once. */
export function fetchRequest(
  places: readonly FetchPlace[],
  { maxWaitMs, maxBytes }: FetchOptions,
): Request<FetchedPartition[]> {
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    flexible: false,
    timeoutMs: maxWaitMs + 30_000,
    write: (out) => {
      out.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(readCommitted).int32(0).int32(-1);
      out.array(places, ({ topic, partition, offset }) => {
        out.string(topic).int32(1);
        out.int32(partition).int32(-1).int64(offset).int64(-1).int32(maxBytes);
      });
      out.int32(0).string('');
    },
    read: (reader) => {
      reader.int32();
      const errorCode = reader.int16();
      reader.int32();
      const found: FetchedPartition[] = [];
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => {
          const partition = reader.int32();
          const own = reader.int16();
          const highWatermark = reader.int64();
          const stableOffset = reader.int64();
          const logStart = reader.int64();
          const aborted = reader.array(() => ({ producer: reader.bigint64(), first: reader.int64() }));
          reader.int32();
          const length = reader.int32();
          const batches = length > 0 ? reader.raw(length) : empty;
          found.push({
            topic,
            partition,
            errorCode: own || errorCode,
            highWatermark,
            stableOffset: stableOffset < 0 ? highWatermark : stableOffset,
            logStart,
            aborted,
            batches,
          });
        });
      });
      return found;
    },
  };
}
