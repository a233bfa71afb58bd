import { createSecretKey, randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import {
  emails,
  inventoryEvents,
  paymentEvents,
  paymentResults,
  sealPaymentEvent,
  type UnsealedPaymentRequested,
  webserverEvents,
} from '@millrace/events';
import { openPaymentEvent } from '@millrace/events/open-card';
import { cardKey } from '@millrace/service';
import { bytes, type DeadLetter, isStreamsError, type Streams, topic } from '@millrace/streams';
import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
import { filesWith } from '../src/files-with.ts';
import { decided } from '../src/records.ts';
import { generated } from '../src/shop-files.ts';
import { World } from '../src/world.ts';

const readers = {
  [paymentEvents.name]: ['payment', 'database'],
  [paymentResults.name]: ['inventory', 'crm', 'database'],
  [inventoryEvents.name]: ['inventory'],
  [emails.name]: ['email', 'database'],
  [webserverEvents.name]: ['webserver'],
};

const garbage = [
  Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
  Buffer.from(''),
  Buffer.from('{"type":'),
  Buffer.from('{"type":"PaymentRequested","orderId":7}'),
  Buffer.from('null'),
];

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

/** The planted event, which neither payment nor database accepts, and the one whose key payment does not have. */
const deadLettersOfCards = 3;

onOneBackend('a replay on', (backend) => {
  test('puts garbage into the dead letters, goes on, and leaves no card number in any file, metric or dead letter', async () => {
    await using world = await World.create(backend, generated(61));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    await decided(replay, streams, 0.3 * (await world.payments()));
    const used = await cardsUsed(streams, replay.folder);
    expect([...used].toSorted()).toEqual(['4242424242424241', '4242424242424242']);
    for (const name of Object.keys(readers)) {
      // Round robin: the garbage is spread over the partitions.
      await streams.publish(topic<Uint8Array>(name, { codec: bytes }), garbage);
    }
    await streams.publish(paymentEvents, [sealPaymentEvent(otherKeys, createSecretKey(randomBytes(32)))]);
    await streams.publish(topic<Uint8Array>(paymentEvents.name, { codec: bytes }), [planted]);
    await decided(replay, streams, 0.5 * (await world.payments()));
    const metrics = await Promise.all(
      replay.services().map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const { code, errors, output } = await replay.ended();

    expect(code, `${errors}\n${output}`).toBe(1);
    const expected = await world.expected();
    const ofGarbage = garbage.length * Object.values(readers).flat().length;
    const deadLettered = expected.webserver.malformed + ofGarbage + deadLettersOfCards;
    expect(replay.report()).toMatchObject({
      ...expected,
      delivery: { lost: 0, duplicated: 0, outOfOrder: 0, deadLettered },
    });
    const figures = output.split('What does not reconcile:\n')[1]?.match(/^ {2}[^:]+/gm);
    expect(figures?.map((figure) => figure.trim())).toEqual([
      'records of payment-events',
      'records of webserver-events',
      'delivery.deadLettered',
    ]);
    const letters = await deadLetters(streams, 'crm');
    expect(letters.map(({ code: reason }) => reason)).toEqual(garbage.map(() => 'INVALID_RECORD'));
    expect(letters.every(({ origin }) => origin.topic === paymentResults.name)).toBe(true);

    const refused = (await deadLetters(streams, 'payment')).map(({ code: reason, error }) => ({
      reason,
      error,
    }));
    expect(refused).toHaveLength(garbage.length + 2);
    expect(refused.filter(({ reason }) => reason === 'REJECTED')).toEqual([
      { reason: 'REJECTED', error: expect.stringMatching(/key does not match/) },
    ]);
    const numbers = [...used, otherKeys.card.number];
    expect(filesWith(replay.folder, numbers)).toEqual([]);
    for (const text of [...metrics, errors, output, JSON.stringify(refused)])
      for (const number of [...numbers, plantedNumber]) expect(text).not.toContain(number);
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

async function deadLetters(streams: Streams, group: string): Promise<readonly DeadLetter[]> {
  try {
    const letters: DeadLetter[] = [];
    for await (const letter of streams.admin.deadLetters(group)) letters.push(letter);
    return letters;
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_TOPIC')) return [];
    throw error;
  }
}
