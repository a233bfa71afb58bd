import type { Headers } from '@millrace/streams';
import { decompress } from './compression.ts';
import { Reader } from './reader.ts';

/** A record as it lies in a partition; a null value is a deletion of a compacted topic. */
export interface WireRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

export interface AbortedTransaction {
  readonly producer: bigint;
  readonly first: number;
}

export interface Decoded {
  readonly records: WireRecord[];
  /** The offset after everything decoded, transaction markers and aborted records included. */
  readonly next: number;
}

const batchOverhead = 12;
const controlFlag = 0x20;
const transactionalFlag = 0x10;
const logAppendTimeFlag = 0x08;
const compressionMask = 0x07;
const noHeaders: Headers = Object.freeze({});
const abortMarker = 0;

/**
 * The records from `from` on, without markers and without those of aborted transactions (as KIP-98 describes it for
 * consumers that read what is committed). A batch that was cut off at the end is left for the next fetch.
 */
export async function decodeBatches(
  bytes: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[],
): Promise<Decoded> {
  const records: WireRecord[] = [];
  const pending = [...aborted].sort((a, b) => a.first - b.first);
  const dropped = new Set<bigint>();
  const reader = new Reader(bytes);
  let next = from;
  while (reader.left > batchOverhead) {
    const base = reader.int64();
    const length = reader.int32();
    if (reader.left < length) break;
    const end = reader.position + length;
    reader.position += 9;
    const attributes = reader.int16();
    const last = base + reader.int32();
    const firstTimestamp = reader.int64();
    const maxTimestamp = reader.int64();
    const producer = reader.bigint64();
    reader.position += 6;
    const count = reader.int32();
    while (pending[0] && pending[0].first <= last) dropped.add(pending.shift()?.producer ?? -1n);
    if ((attributes & controlFlag) !== 0) {
      if (markerKind(reader) === abortMarker) dropped.delete(producer);
    } else if (!((attributes & transactionalFlag) !== 0 && dropped.has(producer))) {
      const packed = bytes.subarray(reader.position, end);
      const body = await decompress(attributes & compressionMask, packed);
      const appendTime = (attributes & logAppendTimeFlag) !== 0 ? maxTimestamp : undefined;
      readRecords(new Reader(body), count, { base, firstTimestamp, appendTime, from }, records);
    }
    reader.position = end;
    if (last + 1 > next) next = last + 1;
  }
  return { records, next };
}

interface BatchPlace {
  readonly base: number;
  readonly firstTimestamp: number;
  readonly appendTime: number | undefined;
  readonly from: number;
}

function readRecords(reader: Reader, count: number, place: BatchPlace, into: WireRecord[]): void {
  for (let index = 0; index < count; index++) {
    const length = reader.varint();
    const end = reader.position + length;
    reader.position += 1;
    const timestamp = place.firstTimestamp + reader.varint();
    const offset = place.base + reader.varint();
    if (offset >= place.from) {
      into.push({
        offset,
        timestamp: place.appendTime ?? timestamp,
        key: reader.varintBytes(),
        value: reader.varintBytes(),
        headers: readHeaders(reader),
      });
    }
    reader.position = end;
  }
}

function readHeaders(reader: Reader): Headers {
  const count = reader.varint();
  if (count === 0) return noHeaders;
  const headers: Record<string, string> = {};
  for (let index = 0; index < count; index++) {
    const name = reader.varintString();
    const value = reader.varintString();
    if (name === '__proto__')
      Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
    else headers[name] = value;
  }
  return headers;
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
