import { emails, inventoryEvents, paymentEvents, paymentResults, webserverEvents } from '@millrace/events';
import { bytes, type DeadLetter, isStreamsError, type Streams, topic } from '@millrace/streams';
import { expect, test } from 'vitest';
import { onOneBackend } from '../src/backends.ts';
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

onOneBackend('on', (backend) => {
  test('garbage in the topics ends in the dead letters and the rest goes on', async () => {
    await using world = await World.create(backend, generated(61));
    await using replay = world.start();
    await using streams = await replay.openStreams();
    await decided(replay, streams, 0.3 * (await world.payments()));
    for (const name of Object.keys(readers)) {
      // Round robin: the garbage is spread over the partitions.
      await streams.publish(topic<Uint8Array>(name, { codec: bytes }), garbage);
    }
    const { code, errors, output } = await replay.ended();
    expect(code, `${errors}\n${output}`).toBe(1);
    const expected = await world.expected();
    const deadLettered = expected.webserver.malformed + garbage.length * Object.values(readers).flat().length;
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
  });
});

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
