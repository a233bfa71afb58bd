import { type Headers, type RawHeader, rawHeadersOf, type StoredRecord } from '@millrace/streams';
import { headerOf } from '@millrace/streams/driver';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/log/batch.ts';
import { makeDelivery, makeRecord } from '../../src/log/batch-record.ts';
import { RecordEncoder } from '../../src/log/record-encoder.ts';

const bytesOrText = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 }));
const header = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'grapheme' }));
const newRecord = fc.record({
  topic: fc.constant('t'),
  partition: fc.constant(3),
  key: fc.option(bytesOrText),
  value: fc.option(bytesOrText),
  headers: fc.dictionary(header, header),
  rawHeaders: fc.option(
    fc.array(fc.tuple(header, fc.option(fc.uint8Array({ maxLength: 30 }))), { maxLength: 5 }),
    {
      nil: undefined,
    },
  ),
  timestamp: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});
const bytesOf = (value: string | Uint8Array | null): number[] | null =>
  value === null ? null : [...Buffer.from(value)];
const plainHeaders = (headers: readonly RawHeader[]): unknown =>
  headers.map(([name, value]) => [name, bytesOf(value)]);
/** What the record holds, a name that stands in both kinds of headers included. */
const expectedHeaders = (headers: Headers, raw: readonly RawHeader[] = []): readonly RawHeader[] => [
  ...rawHeadersOf({ headers }),
  ...raw,
];
/** As a reader gets them that asks for each by its name, and for one that is not there. */
const oneByOne = (record: StoredRecord): Headers => {
  const missing = `${Object.keys(record.headers).join('')}-`;
  expect(headerOf(record, missing)).toBeUndefined();
  return Object.fromEntries(
    Object.keys(record.headers).map((name) => [name, headerOf(record, name) ?? 'none']),
  );
};
const position = { topic: 't', partition: 3, base: 40 };

describe('the format of a batch', () => {
  test('gives back what was put in', () => {
    const encoder = new RecordEncoder();
    fc.assert(
      fc.property(fc.array(newRecord, { maxLength: 20 }), (records) => {
        for (const record of records) encoder.add(record);
        const decoded = Batch.open(encoder.take(), records.length, position, makeRecord)?.take(
          records.length,
        );
        expect(
          decoded?.map(({ key, value, rawHeaders = [], ...rest }) => ({
            ...rest,
            headers: plainHeaders(rawHeaders),
            key: bytesOf(key),
            value: bytesOf(value),
          })),
        ).toEqual(
          records.map(({ key, value, headers, rawHeaders, ...rest }, index) => ({
            ...rest,
            offset: String(40 + index),
            headers: plainHeaders(expectedHeaders(headers, rawHeaders)),
            key: bytesOf(key),
            value: bytesOf(value),
          })),
        );
        for (const record of decoded ?? []) expect(oneByOne(record)).toEqual(record.headers);
      }),
    );
  });

  test('joins by concatenation', () => {
    const encoder = new RecordEncoder();
    fc.assert(
      fc.property(fc.array(newRecord), fc.array(newRecord), (left, right) => {
        const bodies = [left, right].map((records) => {
          for (const record of records) encoder.add(record);
          return encoder.take();
        });
        const decoded = Batch.open(
          Buffer.concat(bodies),
          left.length + right.length,
          position,
          makeDelivery,
        )?.take(left.length + right.length);
        expect(decoded?.map(({ value }) => bytesOf(value))).toEqual(
          [...left, ...right].map(({ value }) => bytesOf(value)),
        );
      }),
    );
  });

  test('recognizes rubbish, or decodes it without reading beyond its end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (body, count) => {
        const decoded = Batch.open(Buffer.from(body), count, position, makeRecord)?.take(count);
        expect(decoded === undefined || decoded.length === count).toBe(true);
        for (const { key, headers } of decoded ?? []) expect([key?.length, headers]).toHaveLength(2);
        for (const record of decoded ?? []) {
          expect(headerOf(record, 'traceparent')).toBe(record.headers.traceparent);
        }
      }),
    );
  });

  test('is read from any of its records on, forwards and back', () => {
    const encoder = new RecordEncoder();
    fc.assert(
      fc.property(
        fc.array(newRecord, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(25)),
        (records, seeks) => {
          for (const record of records) encoder.add(record);
          const batch = Batch.open(encoder.take(), records.length, position, makeRecord);
          for (const index of seeks) {
            expect(batch?.seek(40 + index)).toBe(index < records.length);
            if (index < records.length)
              expect(batch?.take(2).map(({ offset }) => Number(offset))).toEqual(
                records.slice(index, index + 2).map((_, position) => 40 + index + position),
              );
          }
        },
      ),
    );
  });

  test('holds a record of many megabytes', () => {
    const encoder = new RecordEncoder();
    const value = Buffer.alloc(40_000_000, 'ab');
    encoder.add({ topic: 't', partition: 0, key: null, value, headers: {}, timestamp: 1 });
    const [record] = Batch.open(encoder.take(), 1, position, makeRecord)?.take(1) ?? [];
    expect(Buffer.compare(record?.value ?? Buffer.alloc(0), value)).toBe(0);
  });

  test('refuses a record that is too large and goes on', () => {
    const encoder = new RecordEncoder();
    const value = Buffer.alloc(65 * 1024 * 1024);
    const large = { topic: 't', partition: 0, key: null, value, headers: {}, timestamp: 1 };
    expect(() => encoder.add(large)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    encoder.add({ ...large, value: 'small' });
    expect(Batch.open(encoder.take(), 1, position, makeRecord)?.take(1)).toHaveLength(1);
  });
});
