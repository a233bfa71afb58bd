import { createSecretKey, randomBytes } from 'node:crypto';
import { isStreamsError, type StreamsError } from '@millrace/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  openPaymentEvent,
  type PaymentEvent,
  type PaymentRequested,
  paymentEventSchema,
  paymentEvents,
  sealPaymentEvent,
  type UnsealedPaymentRequested,
} from '../src/index.ts';
import { paymentRequested, refundRequested } from './examples.ts';

const key = createSecretKey(randomBytes(32));
const number = '4242424242424242';
const payment: UnsealedPaymentRequested = { ...paymentRequested, card: { number, expiry: '2030-12' } };
const sealed = sealPaymentEvent(payment, key) as PaymentRequested;

test('a sealed card has its last four digits in the open and no more, and opens as it was', () => {
  expect(sealed).toEqual({ ...payment, card: { lastFour: '4242', sealed: expect.any(String) } });
  expect(paymentEventSchema.parse(sealed)).toEqual(sealed);
  expect(openPaymentEvent(sealed, key)).toEqual(payment);
});

test('whatever card it is, it opens as it was', () => {
  const digit = fc.constantFrom(...'0123456789');
  const numbers = fc.string({ unit: digit, minLength: 12, maxLength: 19 });
  fc.assert(
    fc.property(numbers, fc.string({ minLength: 1 }), (each, orderId) => {
      const event = { ...payment, orderId, card: { number: each, expiry: '2031-01' } };
      const record = sealPaymentEvent(event, key);
      expect(JSON.stringify({ ...record, orderId: '' })).not.toContain(each);
      expect(openPaymentEvent(record, key)).toEqual(event);
    }),
  );
});

test('a card is sealed differently each time, under the same id and key of the record', () => {
  const again = sealPaymentEvent(payment, key);
  expect(again).not.toEqual(sealed);
  expect(paymentEvents.id?.(again)).toBe(paymentEvents.id?.(sealed));
  expect(paymentEvents.key?.(again)).toBe(paymentEvents.key?.(sealed));
});

test('a refund, which has no card, stays as it is', () => {
  expect(sealPaymentEvent(refundRequested, key)).toBe(refundRequested);
  expect(openPaymentEvent(refundRequested, key)).toBe(refundRequested);
});

test('another key does not open it', () => {
  const error = refusal(sealed, createSecretKey(randomBytes(32)));
  expect(error.message).toMatch(/the key does not match/);
});

test.each<[string, PaymentRequested]>([
  ['moved to another order', { ...sealed, orderId: '536366' }],
  ['shown as another card', { ...sealed, card: { ...sealed.card, lastFour: '1881' } }],
])('a card %s does not open', (_, event) => {
  expect(refusal(event).message).toMatch(/the key does not match/);
});

test('a card with any one bit changed, cut off or drawn out does not open', () => {
  const bytes = Buffer.from(sealed.card.sealed, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    refusal(withSealed(changed));
  }
  for (let length = 0; length < bytes.length; length++) refusal(withSealed(bytes.subarray(0, length)));
  refusal(withSealed(Buffer.concat([bytes, Buffer.alloc(1)])));
});

test('a card of a later format says so', () => {
  const bytes = Buffer.from(sealed.card.sealed, 'base64url');
  bytes[0] = 2;
  expect(refusal(withSealed(bytes)).message).toMatch(/sealed in format 2.*knows format 1/);
});

function withSealed(bytes: Buffer): PaymentRequested {
  return { ...sealed, card: { ...sealed.card, sealed: bytes.toString('base64url') } };
}

/** Why the card is not opened; without any content of the event. */
function refusal(event: PaymentEvent, opener = key): StreamsError {
  try {
    openPaymentEvent(event, opener);
  } catch (error) {
    if (!isStreamsError(error, 'REJECTED')) throw error;
    expect(error.message).not.toMatch(/4242|2030-12|5363/);
    expect(error.cause).toBeUndefined();
    return error;
  }
  throw new Error('the card was opened');
}
