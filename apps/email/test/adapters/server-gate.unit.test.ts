import { Rejected, StreamsError } from '@millrace/streams';
import { expect, it } from 'vitest';
import { RefusedForNow } from '../../src/adapters/mailer.ts';
import { ServerGate } from '../../src/adapters/server-gate.ts';

const away = (): StreamsError => new StreamsError('UNAVAILABLE', 'the SMTP server: 530 log in first');
const pauses = [100, 200, 400];

function gateAt(clock: { now: number }, mayBeEmails = false): ServerGate {
  return new ServerGate({
    concurrency: 5,
    pause: (failures) => pauses[failures - 1] ?? 400,
    mayBeEmails: () => mayBeEmails,
    now: () => clock.now,
  });
}

/** A server whose replies are given by the test, one after the other. */
function server() {
  const asked: PromiseWithResolvers<void>[] = [];
  const send = () => {
    const reply = Promise.withResolvers<void>();
    asked.push(reply);
    return reply.promise;
  };
  return { asked, send };
}

/** Lets everything happen that waits for nothing else. */
const settle = () => new Promise(setImmediate);

it('thirty e-mails at once ask a server that wants a login once, and all learn of it', async () => {
  const gate = gateAt({ now: 0 });
  const { asked, send } = server();
  const sends = Promise.allSettled(Array.from({ length: 30 }, (_, index) => gate.pass(String(index), send)));
  await settle();
  expect(asked).toHaveLength(1);
  const error = away();
  asked[0]?.reject(error);
  expect(await sends).toEqual(Array.from({ length: 30 }, () => ({ status: 'rejected', reason: error })));
  expect(asked).toHaveLength(1);
  expect(gate.problem()).toBe(error.message);
});

it('is asked again by one e-mail after each pause, which grows', async () => {
  const clock = { now: 0 };
  const gate = gateAt(clock);
  let asked = 0;
  const send = async () => {
    asked++;
    throw away();
  };
  const times: number[] = [];
  for (; clock.now < 1_500; clock.now += 50) {
    const before = asked;
    await Promise.allSettled(['a', 'b', 'c'].map((key) => gate.pass(key, send)));
    if (asked > before) times.push(clock.now);
  }
  expect(times).toEqual([0, 100, 300, 700, 1_100]);
  expect(asked).toBe(times.length);
});

it.each([
  ['takes', undefined],
  ['refuses', new Rejected('no such mailbox')],
  ['refuses for now', new RefusedForNow('greylisted')],
])('is usable once it %s an e-mail, by five at a time', async (_, reply) => {
  const gate = gateAt({ now: 0 });
  const { asked, send } = server();
  const sends = Promise.allSettled(Array.from({ length: 12 }, (_, index) => gate.pass(String(index), send)));
  await settle();
  const [first] = asked;
  if (reply) first?.reject(reply);
  else first?.resolve();
  await settle();
  expect(asked).toHaveLength(6);
  asked[3]?.resolve();
  await settle();
  expect(asked).toHaveLength(7);
  for (let replied = 0; replied < 12; replied++) {
    asked[replied]?.resolve();
    await settle();
  }
  expect(asked).toHaveLength(12);
  expect(gate.problem()).toBeUndefined();
  expect((await sends).filter(({ status }) => status === 'rejected')).toHaveLength(reply ? 1 : 0);
});

it('an e-mail over which it fails again and again waits by itself, while others leave', async () => {
  const clock = { now: 0 };
  const gate = gateAt(clock);
  const outcomes: unknown[] = [];
  const fail = async () => {
    throw away();
  };
  for (let round = 0; round < 5; round++) {
    clock.now += 1_000;
    outcomes.push(await gate.pass('poison', fail).catch((error: unknown) => error));
    clock.now += 1_000;
    await gate.pass(`good ${round}`, async () => undefined);
  }
  expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, away));
  expect(outcomes[4]).toBeInstanceOf(RefusedForNow);
});

it('is asked by every e-mail once before by one again', async () => {
  const clock = { now: 0 };
  const gate = gateAt(clock);
  const taken: string[] = [];
  for (let round = 0; round < 3; round++) {
    clock.now += 1_000;
    const keys = ['poison', 'poison too', `good ${round}`, 'poison three'];
    const send = (key: string) => async () => {
      if (key.startsWith('poison')) throw away();
      taken.push(key);
    };
    await Promise.allSettled(keys.map((key) => gate.pass(key, send(key))));
  }
  expect(taken).toEqual(['good 2']);
});

it('an e-mail that nothing can be compared with waits by itself after ten failures at its recipient', async () => {
  const clock = { now: 0 };
  const gate = gateAt(clock, true);
  const outcomes: string[] = [];
  for (let round = 0; round < 10; round++) {
    clock.now += 1_000;
    outcomes.push(await gate.pass('only', () => Promise.reject(away())).catch(({ name }) => name));
  }
  expect(outcomes).toEqual([...Array<string>(9).fill('StreamsError'), 'RefusedForNow']);
});

it('no e-mail is to blame while the server takes none', async () => {
  const clock = { now: 0 };
  const gate = gateAt(clock);
  for (let round = 0; round < 50; round++) {
    clock.now += 1_000;
    await expect(gate.pass('only', () => Promise.reject(away()))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  }
});
