import type { Delivery } from '@millrace/streams';
import { decodeEntry } from '../entries/entry.ts';
import {
  isHeaderName,
  isKeyName,
  isNullHeaderName,
  isNullValueName,
  isValueName,
} from '../entries/fields.ts';
import { type EntryLayout, RawRecord, type RecordSource } from './raw-record.ts';
import { list } from './reply.ts';
import { ReplyCursor } from './reply-cursor.ts';

/** The reply of XRANGE. */
export function rangeOf(frame: Buffer, place: RecordSource): Delivery[] {
  return entries(new ReplyCursor(frame), place);
}

/** The reply of XREADGROUP, by stream; entries that were trimmed away are left out. */
export function streamsOf(
  frame: Buffer,
  placeOf: (stream: string) => RecordSource,
): (readonly [stream: string, entries: Delivery[]])[] {
  const cursor = new ReplyCursor(frame);
  if (cursor.kind !== list) return [];
  return Array.from({ length: Math.max(0, cursor.length()) }, () => {
    cursor.length();
    const stream = cursor.text();
    return [stream, entries(cursor, placeOf(stream))] as const;
  });
}

function entries(cursor: ReplyCursor, place: RecordSource): Delivery[] {
  const found: Delivery[] = [];
  const extent: EntryLayout = {
    idStart: 0,
    idEnd: 0,
    fieldsAt: 0,
    fields: 0,
    keyStart: 0,
    keyEnd: -1,
    valueStart: 0,
    valueEnd: -1,
  };
  for (let left = cursor.length(); left > 0; left--) {
    const own = measure(cursor, extent);
    if (extent.fields < 0) continue;
    found.push(own ? new RawRecord(place, cursor.frame, extent) : foreign(cursor.frame, extent, place));
  }
  return found;
}

/** Passes one entry; false when it is none of this library. */
function measure(cursor: ReplyCursor, extent: EntryLayout): boolean {
  const { frame } = cursor;
  cursor.length();
  const idLength = cursor.length();
  extent.idStart = cursor.at;
  extent.idEnd = cursor.at + idLength;
  cursor.skip(idLength);
  extent.fields = cursor.length();
  extent.fieldsAt = cursor.at;
  extent.keyEnd = -1;
  extent.valueEnd = -1;
  let own = true;
  let tombstone = false;
  for (let index = 0; index < extent.fields; index += 2) {
    const nameLength = cursor.length();
    const name = cursor.at;
    cursor.skip(nameLength);
    const length = cursor.length();
    const start = cursor.at;
    cursor.skip(length);
    if (isHeaderName(frame, name)) continue;
    if (isValueName(frame, name, nameLength)) {
      extent.valueStart = start;
      extent.valueEnd = start + length;
    } else if (isKeyName(frame, name, nameLength)) {
      extent.keyStart = start;
      extent.keyEnd = start + length;
    } else if (isNullValueName(frame, name, nameLength)) tombstone = true;
    else if (!isNullHeaderName(frame, name, nameLength)) own = false;
  }
  return own && (tombstone || extent.valueEnd >= 0);
}

/** Written by another client. */
function foreign(
  frame: Buffer,
  { idStart, idEnd, fieldsAt, fields }: EntryLayout,
  { topic, partition, attempt }: RecordSource,
): Delivery {
  const cursor = new ReplyCursor(frame, fieldsAt);
  const texts = Array.from({ length: fields }, () => {
    const length = cursor.length();
    const start = cursor.at;
    cursor.skip(length);
    return frame.subarray(start, start + length);
  });
  return decodeEntry(topic, partition, [frame.subarray(idStart, idEnd), texts], attempt);
}
