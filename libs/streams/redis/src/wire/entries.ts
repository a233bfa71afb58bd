import type { Delivery } from '@millrace/streams';
import { decodeEntry } from '../entry.ts';
import { isHeaderName, isKeyName, isValueName } from '../field-names.ts';
import { Cursor } from './cursor.ts';
import { type Place, WireRecord } from './record.ts';
import { list } from './reply.ts';

const dash = 0x2d;
const zero = 0x30;

/** What XRANGE answered. */
export function rangeOf(frame: Buffer, place: Place): Delivery[] {
  return entries(new Cursor(frame), place);
}

/** What XREADGROUP answered, by stream; entries that were trimmed away are left out. */
export function streamsOf(
  frame: Buffer,
  placeOf: (stream: string) => Place,
): (readonly [stream: string, entries: Delivery[]])[] {
  const cursor = new Cursor(frame);
  if (cursor.kind !== list) return [];
  return Array.from({ length: Math.max(0, cursor.length()) }, () => {
    cursor.length();
    const stream = cursor.text();
    return [stream, entries(cursor, placeOf(stream))] as const;
  });
}

function entries(cursor: Cursor, place: Place): Delivery[] {
  const found: Delivery[] = [];
  for (let left = cursor.length(); left > 0; left--) {
    const record = entry(cursor, place);
    if (record) found.push(record);
  }
  return found;
}

function entry(cursor: Cursor, place: Place): Delivery | undefined {
  const { frame } = cursor;
  cursor.length();
  const idLength = cursor.length();
  const idStart = cursor.at;
  cursor.skip(idLength);
  const fields = cursor.length();
  if (fields < 0) return undefined;
  const fieldsAt = cursor.at;
  let keyStart = 0;
  let keyEnd = -1;
  let valueStart = 0;
  let valueEnd = -1;
  let own = true;
  for (let index = 0; index < fields; index += 2) {
    const nameLength = cursor.length();
    const name = cursor.at;
    cursor.skip(nameLength);
    const length = cursor.length();
    const start = cursor.at;
    cursor.skip(length);
    if (isHeaderName(frame, name)) continue;
    if (isValueName(frame, name, nameLength)) {
      valueStart = start;
      valueEnd = start + length;
    } else if (isKeyName(frame, name, nameLength)) {
      keyStart = start;
      keyEnd = start + length;
    } else own = false;
  }
  if (!own || valueEnd < 0) return foreign(frame, { idStart, idLength, fieldsAt, fields }, place);
  const offset = frame.toString('latin1', idStart, idStart + idLength);
  const extent = { frame, fieldsAt, fields, keyStart, keyEnd, valueStart, valueEnd };
  return new WireRecord(place, offset, millisecondsOf(frame, idStart), extent);
}

/** Written by another client. */
function foreign(
  frame: Buffer,
  { idStart, idLength, fieldsAt, fields }: ForeignExtent,
  { topic, partition, attempt }: Place,
): Delivery {
  const cursor = new Cursor(frame, fieldsAt);
  const texts = Array.from({ length: fields }, () => {
    const length = cursor.length();
    const start = cursor.at;
    cursor.skip(length);
    return frame.subarray(start, start + length);
  });
  return decodeEntry(topic, partition, [frame.subarray(idStart, idStart + idLength), texts], attempt);
}

interface ForeignExtent {
  readonly idStart: number;
  readonly idLength: number;
  readonly fieldsAt: number;
  readonly fields: number;
}

function millisecondsOf(frame: Buffer, start: number): number {
  let number = 0;
  for (let at = start, byte = frame[at] as number; byte !== dash; byte = frame[++at] as number)
    number = number * 10 + byte - zero;
  return number;
}
