import { StreamsError } from '@millrace/streams';
import { Reader } from './reader.ts';

export interface AbortedTransaction {
  readonly producer: bigint;
  readonly first: number;
}

/** A record batch of which only the header was read. */
export interface Batch {
  readonly base: number;
  /** The offset of its last record, also where compaction took that away. */
  readonly last: number;
  readonly count: number;
  readonly attributes: number;
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  /** As stored: compressed, where the attributes say so. */
  readonly body: Buffer;
  /** Holds records that a reader of what is committed gets: no marker, nothing of an aborted transaction. */
  readonly visible: boolean;
}

const overhead = 12;
const controlFlag = 0x20;
const transactionalFlag = 0x10;
const abortMarker = 0;
/** Of record batches (KIP-98); those before it were sets of messages. */
const format = 2;

/**
 * The batches of a fetched piece of a partition (as KIP-98 describes it for consumers that read what is committed). One
 * that was cut off at the end is left for the next fetch.
 */
export function* batchesIn(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
): Generator<Batch, void, undefined> {
  const pending = [...aborted].sort((a, b) => a.first - b.first);
  const dropped = new Set<bigint>();
  const reader = new Reader(bytes);
  while (reader.left > overhead) {
    const base = reader.int64();
    const length = reader.int32();
    if (reader.left < length) return;
    const end = reader.position + length;
    reader.position += 4;
    assertFormat(reader.int8());
    reader.position += 4;
    const attributes = reader.int16();
    const last = base + reader.int32();
    const [firstTimestamp, maxTimestamp] = [reader.int64(), reader.int64()];
    const producer = reader.bigint64();
    reader.position += 6;
    const count = reader.int32();
    while (pending[0] && pending[0].first <= last) dropped.add(pending.shift()?.producer ?? -1n);
    const control = (attributes & controlFlag) !== 0;
    const visible = !control && !((attributes & transactionalFlag) !== 0 && dropped.has(producer));
    const body = bytes.subarray(reader.position, end);
    if (control && markerKind(reader) === abortMarker) dropped.delete(producer);
    reader.position = end;
    yield { base, last, count, attributes, firstTimestamp, maxTimestamp, body, visible };
  }
}

function assertFormat(magic: number): void {
  if (magic === format) return;
  throw new StreamsError(
    'UNSUPPORTED',
    `a partition holds records of Kafka's format ${magic}, which only brokers before 4.0 store: this driver reads format ${format}; copy them by a broker that converts them`,
  );
}

/** The type stands in the key of a control record. */
function markerKind(reader: Reader): number {
  reader.varint();
  reader.position += 1;
  reader.varint();
  reader.varint();
  const key = reader.varintBytes();
  return key?.readInt16BE(2) ?? -1;
}
