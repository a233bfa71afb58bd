import { createSecretKey, randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import {
  openPaymentEvent,
  paymentEvents,
  sealPaymentEvent,
  type UnsealedPaymentRequested,
} from '@millrace/events';
import { cardKey } from '@millrace/service';
import { bytes, type Streams, topic } from '@millrace/streams';
import { expect, test } from 'vitest';
import { backends } from '../src/backends.ts';
import { filesWith } from '../src/files-with.ts';
import { decided } from '../src/records.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const embedded = backends.filter(({ name }) => name === 'embedded');

/** No payment of the files has it. */
const planted = '6011000990139424';

const payment: UnsealedPaymentRequested = {
  type: 'PaymentRequested',
  occurredAt: '2011-01-01T00:00:00.000Z',
  orderId: 'planted',
  payerId: 'planted',
  channel: 'web',
  pence: 1,
  stockLines: 0,
  card: { number: '378282246310005', expiry: '2030-12' },
};

test.each(embedded)(
  'no file, metric or dead letter of a replay on $name has a card number',
  async (backend) => {
    await using world = await World.create(backend, generated(71));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    await decided(replay, streams, 0.3 * (await world.payments()));
    await streams.publish(paymentEvents, [sealPaymentEvent(payment, createSecretKey(randomBytes(32)))]);
    await decided(replay, streams, 0.5 * (await world.payments()));
    const metrics = await Promise.all(
      replay.services().map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const { errors, output } = await replay.ended();

    const numbers = await cardsUsed(streams, replay.folder);
    expect([...numbers].toSorted()).toEqual(['4242424242424241', '4242424242424242']);
    const letters = [];
    for await (const letter of streams.admin.deadLetters('payment')) letters.push(letter);
    expect(letters).toMatchObject([{ code: 'REJECTED', error: expect.stringMatching(/key does not match/) }]);
    expect(filesWith(replay.folder, [...numbers, payment.card.number])).toEqual([]);
    for (const text of [...metrics, errors, output, JSON.stringify(letters)])
      for (const number of [...numbers, payment.card.number]) expect(text).not.toContain(number);

    const files = new Set(
      filesWith(replay.folder, ['"lastFour":"4242"', 'card_last_four']).map((file) => basename(file)),
    );
    expect(files).toEqual(new Set(['streams.db', 'database.db']));
  },
);

test.each(embedded)(
  'a card that somebody else put into a topic on $name is found there, and nowhere else',
  async (backend) => {
    await using world = await World.create(backend, generated(72));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    const record = JSON.stringify({ ...payment, card: { number: planted, expiry: '2030-12', cvv: '123' } });
    await streams.publish(topic<Uint8Array>(paymentEvents.name, { codec: bytes }), [Buffer.from(record)]);
    await replay.ended();
    const files = filesWith(replay.folder, [planted]).map((file) => basename(file));
    expect(files.filter((file) => !file.endsWith('-wal'))).toEqual(['streams.db']);
  },
);

/** Every number that the payments of the run are paid with. */
async function cardsUsed(streams: Streams, folder: string): Promise<ReadonlySet<string>> {
  const key = cardKey('test', { CARD_KEY: undefined, DATA_DIR: folder });
  const numbers = new Set<string>();
  for await (const { value } of streams.read(paymentEvents, { to: 'now' })) {
    if (value.orderId === payment.orderId) continue;
    const event = openPaymentEvent(value, key);
    if (event.type === 'PaymentRequested') numbers.add(event.card.number);
  }
  return numbers;
}
