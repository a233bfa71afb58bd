import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { text } from '../src/codec.ts';
import { decodeMessage, type KeyedMessage, type Message } from '../src/decode.ts';
import { isStreamsError } from '../src/errors.ts';
import type { Delivery, ReadBytes } from '../src/record.ts';
import { on, onBatch } from '../src/routes.ts';
import type { Streams } from '../src/streams.ts';
import { type KeyedTopic, type Topic, topic } from '../src/topic.ts';

const schema = z.object({ orderId: z.string(), pence: z.int() });
const payments = topic('payments', { schema });

function delivery(value: string | Uint8Array, headers: Record<string, string> = {}): Delivery {
  return {
    topic: 'payments',
    partition: 2,
    offset: '41',
    key: Buffer.from('käse'),
    value: Buffer.from(value),
    headers,
    timestamp: 5,
    attempt: 3,
  };
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isStreamsError(error)) return `${error.code}: ${error.message}`;
  }
  return 'nothing was thrown';
}

describe('decodeMessage', () => {
  it('gives position, key as text, checked value and attempt', () => {
    expect(decodeMessage(payments, delivery('{"orderId":"1","pence":5}'))).toMatchObject({
      topic: 'payments',
      partition: 2,
      offset: '41',
      key: 'käse',
      value: { orderId: '1', pence: 5 },
      attempt: 3,
    });
  });

  it('says which fields are wrong', () => {
    expect(codeOf(() => decodeMessage(payments, delivery('{"orderId":1,"pence":0.5}')))).toMatch(
      /^INVALID_RECORD: record payments:2:41: orderId: .*; pence: /,
    );
  });

  it('refuses what is no JSON and what is no UTF-8', () => {
    expect(codeOf(() => decodeMessage(payments, delivery('{')))).toMatch(
      /^INVALID_RECORD: .* its 1 bytes cannot be decoded/,
    );
    expect(codeOf(() => decodeMessage(topic('payments'), delivery(Uint8Array.of(0x22, 0xff, 0x22))))).toMatch(
      /^INVALID_RECORD/,
    );
  });

  it('refuses what the driver found damaged, whatever the bytes say', () => {
    const damaged = { ...delivery('{"orderId":"1","pence":5}'), damage: 'checksum' };
    expect(codeOf(() => decodeMessage(payments, damaged))).toMatch(
      /^INVALID_RECORD: .* damaged \(checksum\)/,
    );
  });
});

describe('a value that is read where it lies', () => {
  /** A record in the middle of a larger piece, which cannot cut its value out. */
  function within(value: Uint8Array): Delivery {
    const body = Buffer.concat([Buffer.from('{"before":'), value, Buffer.from('"after"}')]);
    const record = {
      ...delivery(''),
      readValue: <R>(read: ReadBytes<R>): R => read(body, 10, 10 + value.length),
    };
    return Object.defineProperty(record, 'value', { get: () => expect.fail('the value was cut out') });
  }

  it('is decoded as one that is cut out', () => {
    const value = { orderId: 'ü', pence: 5 };
    expect(decodeMessage(payments, within(Buffer.from(JSON.stringify(value)))).value).toEqual(value);
    const plain = topic<string>('payments', { codec: text });
    expect(decodeMessage(plain, within(Buffer.from('\ufffd ☃'))).value).toBe('\ufffd ☃');
  });

  it('is refused when its bytes are no UTF-8', () => {
    const record = Object.defineProperty(within(Uint8Array.of(0x22, 0xff, 0x22)), 'value', {
      value: Buffer.alloc(3),
    });
    expect(codeOf(() => decodeMessage(payments, record))).toContain('INVALID_RECORD');
  });
});

describe('a message', () => {
  const headers = { id: 'e-1', trace: 'abc' };

  it('keeps all its fields when it is spread, copied, listed or turned into JSON', () => {
    const message = decodeMessage(payments, delivery('{"orderId":"1","pence":5}', headers));
    const fields = {
      topic: 'payments',
      partition: 2,
      offset: '41',
      key: 'käse',
      value: { orderId: '1', pence: 5 },
      headers,
      timestamp: 5,
      attempt: 3,
    };
    const { record, ...spread } = { ...message };
    expect(record).toBe(message.record);
    expect(spread).toEqual(fields);
    expect(Object.assign({}, message)).toMatchObject(fields);
    expect(Object.keys(message).sort()).toEqual([...Object.keys(fields), 'record'].sort());
    expect(JSON.parse(JSON.stringify(message))).toMatchObject(fields);
  });

  it('of a topic with a key has one, also where the record has none', () => {
    const keyed = topic('payments', { schema, key: ({ orderId }) => Buffer.from(`order-${orderId}`) });
    const record = { ...delivery('{"orderId":"1","pence":5}'), key: null };
    expect(decodeMessage(keyed, record).key).toBe('order-1');
    expect(decodeMessage(keyed, delivery('{"orderId":"1","pence":5}')).key).toBe('käse');
    expect(decodeMessage(payments, record).key).toBeNull();
  });

  it('has a key by its type where its topic has one', () => {
    const keyed = topic('payments', { schema, key: ({ orderId }) => orderId });
    expectTypeOf(keyed).toEqualTypeOf<KeyedTopic<{ orderId: string; pence: number }>>();
    expectTypeOf(payments).toEqualTypeOf<Topic<{ orderId: string; pence: number }>>();
    on(keyed, ({ key }) => void expectTypeOf(key).toEqualTypeOf<string>());
    on(payments, ({ key }) => void expectTypeOf(key).toEqualTypeOf<string | null>());
    onBatch(keyed, 10, ([first]) => void expectTypeOf(first?.key).toEqualTypeOf<string | undefined>());
    const read = (streams: Streams) => [streams.read(keyed), streams.read(payments)] as const;
    type Value = { orderId: string; pence: number };
    expectTypeOf(read).returns.toEqualTypeOf<
      readonly [AsyncIterable<KeyedMessage<Value>>, AsyncIterable<Message<Value>>]
    >();
  });
});
