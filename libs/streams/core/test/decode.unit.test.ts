import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeMessage } from '../src/decode.ts';
import { isStreamsError } from '../src/errors.ts';
import type { Delivery } from '../src/record.ts';
import { topic } from '../src/topic.ts';

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
