import { rawHeadersOf, type StoredRecord } from '@millrace/streams';
import { headerOf } from '@millrace/streams/driver';
import { describe, expect, test } from 'vitest';
import { rangeOf, streamsOf } from '../../src/protocol/entries.ts';
import { encodeRequest } from '../../src/protocol/request.ts';

const place = { topic: 't', partition: 3, attempt: 1 };

/** The header and texts of a list are the same in requests and replies. */
function list(...texts: readonly string[]): Buffer {
  const [first = '', ...rest] = texts;
  return encodeRequest(first, rest);
}

function entry(id: string, ...fields: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from(`*2\r\n$${id.length}\r\n${id}\r\n`), list(...fields)]);
}

function reply(...entries: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`*${entries.length}\r\n`), ...entries]);
}

function plain({ topic, partition, offset, key, value, headers, timestamp }: StoredRecord): unknown {
  const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString();
  return { topic, partition, offset, key: text(key), value: text(value), headers, timestamp };
}

describe('entries in a reply', () => {
  test('are records with key, value and headers, in any order of the fields', () => {
    const found = rangeOf(
      reply(
        entry('1700000000000-0', 'key', 'k', 'value', 'v', 'h:id', '1', 'h:\u00fc', '\u20ac'),
        entry('1700000000000-12', 'h:__proto__', 'p', 'value', ''),
      ),
      place,
    );
    const common = { topic: 't', partition: 3, timestamp: 1_700_000_000_000 };
    expect(found.map(plain)).toEqual([
      {
        ...common,
        offset: '1700000000000-0',
        key: 'k',
        value: 'v',
        headers: { id: '1', '\u00fc': '\u20ac' },
      },
      {
        ...common,
        offset: '1700000000000-12',
        key: null,
        value: '',
        headers: JSON.parse('{"__proto__":"p"}'),
      },
    ]);
    const asked = ['id', '\u00fc', '__proto__', 'i', 'toString', 'value'];
    expect(found.map((record) => asked.map((name) => headerOf(record, name)))).toEqual([
      ['1', '\u20ac', undefined, undefined, undefined, undefined],
      [undefined, undefined, 'p', undefined, undefined, undefined],
    ]);
  });

  test('have their headers as they are, and null where a field says so', () => {
    const fields = [
      'h:tag',
      'one',
      'null:h:none',
      '',
      'h:tag',
      'two',
      'null:h:tag',
      '',
      'null:value',
      '',
      'key',
      'k',
    ];
    const [record] = rangeOf(reply(entry('5-1', ...fields)), place);
    const text = ([name, value]: readonly [string, Uint8Array | null]): unknown => [
      name,
      value && String(value),
    ];
    expect(record && rawHeadersOf(record).map(text)).toEqual([
      ['tag', 'one'],
      ['none', null],
      ['tag', 'two'],
      ['tag', null],
    ]);
    expect(record?.value).toBeNull();
    expect(record?.size).toBe(0);
    expect({ ...record?.headers }).toEqual({ tag: '', none: '' });
    expect(record && ['tag', 'none', 'key'].map((name) => headerOf(record, name))).toEqual([
      '',
      '',
      undefined,
    ]);
    const [foreign] = rangeOf(reply(entry('5-1', 'null:other', 'x', 'value', 'v')), place);
    expect(foreign && String(foreign.value)).toBe('{"null:other":"x","value":"v"}');
  });

  test('of other clients become objects of their fields', () => {
    const [record] = rangeOf(reply(entry('5-1', 'subject', '1st', 'key', 'k')), place);
    expect(record && plain(record)).toEqual({
      topic: 't',
      partition: 3,
      offset: '5-1',
      key: 'k',
      value: '{"subject":"1st","key":"k"}',
      headers: {},
      timestamp: 5,
    });
  });

  test('that were trimmed away are left out', () => {
    const gone = Buffer.from('*2\r\n$3\r\n5-1\r\n*-1\r\n');
    const found = rangeOf(reply(gone, entry('6-1', 'value', 'v')), place);
    expect(found.map(({ offset }) => offset)).toEqual(['6-1']);
  });

  test('come by stream, and nothing comes of nothing', () => {
    const one = Buffer.concat([Buffer.from('*1\r\n*2\r\n$1\r\ns\r\n'), reply(entry('6-1', 'value', 'v'))]);
    const [[stream, records] = []] = streamsOf(one, () => place);
    expect([stream, records?.map(({ offset }) => offset)]).toEqual(['s', ['6-1']]);
    expect(streamsOf(Buffer.from('*-1\r\n'), () => place)).toEqual([]);
  });
});
