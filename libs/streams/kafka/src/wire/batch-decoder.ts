import { type AbortedTransaction, batchesIn } from './batches.ts';
import { decompress } from './compression.ts';
import { Reader } from './reader.ts';
import { WireRecord } from './wire-record.ts';

export interface Decoded {
  readonly records: WireRecord[];
  /** The offset after everything decoded, transaction markers and aborted records included. */
  readonly next: number;
}

const logAppendTimeFlag = 0x08;
const compressionMask = 0x07;

/** The records from `from` on that a reader of what is committed gets. */
export async function decodeBatches(
  bytes: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[],
): Promise<Decoded> {
  const records: WireRecord[] = [];
  let next = from;
  for (const { base, last, count, attributes, firstTimestamp, maxTimestamp, body, visible } of batchesIn(
    bytes,
    aborted,
  )) {
    if (visible) {
      const packed = decompress(attributes & compressionMask, body);
      const reader = new Reader(packed instanceof Promise ? await packed : packed);
      const appendTime = (attributes & logAppendTimeFlag) !== 0 ? maxTimestamp : undefined;
      readRecords(reader, count, { base, firstTimestamp, appendTime, from }, records);
    }
    next = Math.max(next, last + 1);
  }
  return { records, next };
}

interface BatchOrigin {
  readonly base: number;
  readonly firstTimestamp: number;
  readonly appendTime: number | undefined;
  readonly from: number;
}

function readRecords(reader: Reader, count: number, place: BatchOrigin, into: WireRecord[]): void {
  for (let index = 0; index < count; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.position += 1;
    const timestamp = place.firstTimestamp + reader.varint();
    const offset = place.base + reader.varint();
    if (offset >= place.from) {
      into.push(new WireRecord(reader.buffer, reader.position, offset, place.appendTime ?? timestamp));
    }
    reader.position = end;
  }
}
