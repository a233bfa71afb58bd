import { createSecretKey, randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { paymentEvents, sealPaymentEvent, type UnsealedPaymentRequested } from '@millrace/events';
import { openPaymentEvent } from '@millrace/events/open-card';
import { cardKey } from '@millrace/service';
import { bytes, type Streams, topic } from '@millrace/streams';
import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { filesWith } from '../src/files-with.ts';
import { decided } from '../src/records.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const otherKeys: UnsealedPaymentRequested = {
  type: 'PaymentRequested',
  occurredAt: '2011-01-01T00:00:00.000Z',
  orderId: 'other',
  payerId: 'other',
  channel: 'web',
  pence: 1,
  stockLines: 0,
  card: { number: '378282246310005', expiry: '2030-12' },
};

/** As somebody would write it who knows nothing of seals; no reader accepts it. */
const plantedNumber = '6011000990139424';
const planted = Buffer.from(
  JSON.stringify({ ...otherKeys, card: { number: plantedNumber, expiry: '2030-12', cvv: '123' } }),
);

onOneBackend('a replay on', (backend) => {
  test('leaves no card number in any file, metric or dead letter', async () => {
    await using world = await World.create(backend, generated(71));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    await decided(replay, streams, 0.3 * (await world.payments()));
    const used = await cardsUsed(streams, replay.folder);
    expect([...used].toSorted()).toEqual(['4242424242424241', '4242424242424242']);
    await streams.publish(paymentEvents, [sealPaymentEvent(otherKeys, createSecretKey(randomBytes(32)))]);
    await streams.publish(topic<Uint8Array>(paymentEvents.name, { codec: bytes }), [planted]);
    await decided(replay, streams, 0.5 * (await world.payments()));
    const metrics = await Promise.all(
      replay.services().map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const { errors, output } = await replay.ended();

    const letters = [];
    for await (const { code, error } of streams.admin.deadLetters('payment')) letters.push({ code, error });
    const numbers = [...used, otherKeys.card.number];
    expect(filesWith(replay.folder, numbers)).toEqual([]);
    for (const text of [...metrics, errors, output, JSON.stringify(letters)])
      for (const number of [...numbers, plantedNumber]) expect(text).not.toContain(number);
    expect(letters).toHaveLength(2);
    expect(letters).toContainEqual({ code: 'REJECTED', error: expect.stringMatching(/key does not match/) });

    const stores = (text: string): readonly string[] =>
      filesWith(replay.folder, [text])
        .map((file) => basename(file))
        .filter((file) => !file.endsWith('-wal'));
    expect(stores('card_last_four')).toEqual([expect.stringMatching(/\.database\.db$/)]);
    expect(stores('"lastFour":"4242"')).toEqual(['streams.db']);
    expect(stores(plantedNumber), 'what lies in the open is found').toEqual(['streams.db']);
  });
});

/** Every number that the payments published so far are paid with. */
async function cardsUsed(streams: Streams, folder: string): Promise<ReadonlySet<string>> {
  const key = cardKey('test', { CARD_KEY: undefined, DATA_DIR: folder });
  const numbers = new Set<string>();
  for await (const { value } of streams.read(paymentEvents, { to: 'now' })) {
    const event = openPaymentEvent(value, key);
    if (event.type === 'PaymentRequested') numbers.add(event.card.number);
  }
  return numbers;
}
