import type { NewRecord, RawHeader, StoredRecord } from '@millrace/streams';
import { rawHeadersOf } from '@millrace/streams';
import { makeRecord } from './records.ts';

const noUtf8 = Uint8Array.of(0xff, 0xfe, 0x00, 0x80);

/** Records of one partition that a text or a map of texts cannot hold, as clients of Kafka write them. */
export function oddRecords(topic: string, partition: number): NewRecord[] {
  return [
    makeRecord(topic, partition, null, {
      key: 'a',
      rawHeaders: raw(['id', 'e-1'], ['tag', 'one'], ['tag', 'two']),
    }),
    makeRecord(topic, partition, null, { key: 'b' }),
    makeRecord(topic, partition, '', { key: '', rawHeaders: [['bytes', noUtf8]] }),
    makeRecord(topic, partition, noUtf8, {
      key: noUtf8,
      rawHeaders: [
        ['none', null],
        ['', noUtf8],
      ],
    }),
    makeRecord(topic, partition, 'plain', { headers: { id: 'e-2', ünï: '☃', __proto__x: 'y' } }),
    makeRecord(topic, partition, 'both', {
      headers: { id: 'e-3' },
      rawHeaders: [...raw(['tag', 'one']), ['none', null], ...raw(['tag', 'two'], ['empty', ''])],
    }),
  ];
}

/** All that is to stay of a record, in a form that shows a difference. */
export interface Shape {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
}

export function shapeOf(record: StoredRecord): Shape {
  return { key: hexOf(record.key), value: hexOf(record.value), headers: rawHeadersOf(record).map(hexHeader) };
}

/** What the record is to look like once it is stored. */
export function expectedShape({ key, value, headers, rawHeaders = [] }: NewRecord): Shape {
  const all = [...raw(...Object.entries(headers)), ...rawHeaders];
  return { key: hexOf(key), value: hexOf(value), headers: all.map(hexHeader) };
}

function raw(...headers: readonly (readonly [string, string])[]): RawHeader[] {
  return headers.map(([name, text]) => [name, Buffer.from(text)]);
}

function hexHeader([name, value]: RawHeader): readonly [string, string | null] {
  return [name, hexOf(value)];
}

function hexOf(value: Uint8Array | string | null): string | null {
  return value === null ? null : Buffer.from(value as Uint8Array).toString('hex');
}
