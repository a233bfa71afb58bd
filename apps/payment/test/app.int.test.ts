import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  emails,
  type PaymentEvent,
  paymentEvents,
  paymentResults,
  sealPaymentEvent,
  type UnsealedPaymentRequested,
} from '@millrace/events';
import { cardKey, createLogger, startService } from '@millrace/service';
import { type Message, openStreams, type Streams, type Topic } from '@millrace/streams';
import { expect, it, vi } from 'vitest';
import { payment } from '../src/app.ts';

const request = {
  type: 'PaymentRequested',
  occurredAt: '2026-01-02T03:04:05.000Z',
  payerId: '17850',
  channel: 'web',
  pence: 900_000,
  stockLines: 1,
  card: { number: '4242424242424242', expiry: '2030-12' },
} as const;

const CARD_KEY = randomBytes(32).toString('base64');
const key = createSecretKey(CARD_KEY, 'base64');

function order(orderId: string, fields: Partial<UnsealedPaymentRequested> = {}, sealer = key): PaymentEvent {
  return sealPaymentEvent({ ...request, orderId, ...fields }, sealer);
}

async function all<Value>(streams: Streams, topic: Topic<Value>): Promise<readonly Message<Value>[]> {
  const messages: Message<Value>[] = [];
  for await (const message of streams.read(topic, { to: 'now' })) messages.push(message);
  return messages;
}

it('decides each payment once, in the order of its payer, however often it is asked for', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  const started = await startService(payment, { DATA_DIR, CARD_KEY, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  const events = [order('1'), order('2'), order('1'), order('3'), order('2')];
  await streams.publish(paymentEvents, events);
  await streams.publish(paymentEvents, events);
  await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
  await started.stop();

  const results = await all(streams, paymentResults);
  expect(results.map(({ value }) => [value.orderId, value.type]).toSorted()).toEqual([
    ['1', 'PaymentCaptured'],
    ['2', 'PaymentCaptured'],
    ['3', 'PaymentDeclined'],
  ]);
  expect(results.find(({ value }) => value.orderId === '3')?.value).toMatchObject({
    reason: 'insufficient_funds',
  });
  const asked = await all(streams, emails);
  expect(asked.map(({ value }) => [value.orderId, value.status]).toSorted()).toEqual([
    ['1', 'payment_received'],
    ['2', 'payment_received'],
    ['3', 'payment_declined'],
  ]);
  const stored = JSON.stringify([...results, ...asked].map(({ value, headers }) => ({ value, headers })));
  expect(stored).not.toContain(request.card.number);
});

it('keeps the card of a request that it cannot read out of its log', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  const lines: string[] = [];
  const log = createLogger({
    service: 'payment',
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const started = await startService(payment, { DATA_DIR, CARD_KEY, PORT: '0' }, { log });
  await started.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  await streams.publish(paymentEvents, [order('1', { pence: -1 })]);
  await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
  await started.stop();
  expect(lines.join('')).toContain('message given up on');
  expect(lines.join('')).not.toContain(request.card.number);
  const letters = [];
  for await (const letter of streams.admin.deadLetters('payment')) letters.push(letter);
  expect(letters).toMatchObject([{ code: 'INVALID_RECORD', attempts: 1 }]);
  expect(letters[0]?.error).not.toContain(request.card.number);
});

it('gives up on a card that its key does not open, says why, and goes on with the rest', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  const started = await startService(payment, { DATA_DIR, CARD_KEY, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  const moved = { ...order('1'), orderId: '3' };
  await streams.publish(paymentEvents, [
    order('1'),
    order('2', {}, createSecretKey(randomBytes(32))),
    moved,
    order('4'),
  ]);
  await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
  await started.stop();
  const decided = (await all(streams, paymentResults)).map(({ value }) => value.orderId);
  expect(decided.toSorted()).toEqual(['1', '4']);
  const letters = [];
  for await (const letter of streams.admin.deadLetters('payment')) letters.push(letter);
  expect(letters.map(({ code, attempts }) => [code, attempts])).toEqual([
    ['REJECTED', 1],
    ['REJECTED', 1],
  ]);
  for (const { error } of letters) {
    expect(error).toMatch(/the key does not match.*CARD_KEY/);
    expect(error).not.toMatch(/4242|2030-12|17850/);
  }
});

it('decides a payment that it gave up on once it has the key and the payment is redriven', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  const run = async (CARD_KEY: string, work: () => Promise<unknown>): Promise<void> => {
    const started = await startService(payment, { DATA_DIR, CARD_KEY, PORT: '0', LOG_LEVEL: 'silent' });
    await started.ready;
    await work();
    await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
    await started.stop();
  };
  await run(randomBytes(32).toString('hex'), () => streams.publish(paymentEvents, [order('1'), order('2')]));
  expect(await all(streams, paymentResults)).toEqual([]);
  await run(CARD_KEY, () => streams.admin.redrive('payment'));
  const decided = (await all(streams, paymentResults)).map(({ value }) => [value.orderId, value.type]);
  expect(decided).toEqual([
    ['1', 'PaymentCaptured'],
    ['2', 'PaymentCaptured'],
  ]);
});

it('remembers no payer who has got everything back', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  const file = `${DATA_DIR}/streams.db`;
  const started = await startService(payment, { DATA_DIR, CARD_KEY, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  await using streams = await openStreams(`embedded:${file}`);
  const { occurredAt, channel, pence } = request;
  const back = { type: 'RefundRequested', occurredAt, refundId: 'R1', orderId: '1', channel } as const;
  await streams.publish(paymentEvents, [
    order('1', { payerId: 'a' }),
    order('2', { payerId: 'b' }),
    { ...back, payerId: 'a', pence, stockLines: 0 },
  ]);
  await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
  await started.stop();
  using database = new DatabaseSync(file, { readOnly: true });
  const kept = database.prepare('SELECT key FROM state').all();
  expect(kept.map(({ key }) => key)).toEqual(['b']);
});

it('without CARD_KEY shares the key in its data folder', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'payment-'));
  const shared = cardKey('test', { CARD_KEY: undefined, DATA_DIR });
  const started = await startService(payment, { DATA_DIR, PORT: '0', LOG_LEVEL: 'silent' });
  await started.ready;
  await using streams = await openStreams(`embedded:${DATA_DIR}/streams.db`);
  await streams.publish(paymentEvents, [order('1', {}, shared)]);
  await vi.waitFor(async () => expect(await streams.admin.lag('payment')).toBe(0));
  await started.stop();
  expect(await all(streams, paymentResults)).toMatchObject([{ value: { type: 'PaymentCaptured' } }]);
});
