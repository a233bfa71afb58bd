import { expect, test } from 'vitest';
import { Gate } from '../../src/backlog/gate.ts';

const never = new AbortController().signal;

async function passes(gate: Gate): Promise<boolean> {
  return Promise.race([
    gate.pass(never).then(() => true),
    new Promise<false>((resolve) => setImmediate(resolve, false)),
  ]);
}

test('lets through up to the limit, counting what was fed since the last measure', async () => {
  const gate = new Gate(100);
  gate.measured(60);
  gate.fed(40);
  expect(await passes(gate)).toBe(true);
  gate.fed(1);
  expect(await passes(gate)).toBe(false);
});

test('opens again only at half of the limit, for everybody who waits', async () => {
  const gate = new Gate(100);
  gate.measured(101);
  const waiting = Promise.all([gate.pass(never), gate.pass(never)]);
  gate.measured(51);
  expect(gate.open).toBe(false);
  gate.measured(50);
  await waiting;
  expect(gate.open).toBe(true);
});

test('waiting ends with the signal', async () => {
  const gate = new Gate(1);
  gate.measured(5);
  const stop = new AbortController();
  const waiting = gate.pass(stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(gate.pass(stop.signal)).rejects.toThrow('stopped');
});
