import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { guarded, type Task } from '../../src/command/guarded.ts';

const never = new AbortController().signal;
const untilAborted: Task<void> = async (signal) => {
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
};

test('answers what the work answers and ends the guards', async () => {
  let guardEnded = false;
  const guard: Task<void> = async (signal) => {
    await untilAborted(signal);
    guardEnded = true;
  };
  expect(await guarded(async () => 7, [guard], never)).toBe(7);
  expect(guardEnded).toBe(true);
});

test('a guard that fails ends the work', async () => {
  let workEnded = false;
  const work: Task<void> = async (signal) => {
    await untilAborted(signal);
    workEnded = true;
  };
  const guard = async (): Promise<void> => {
    throw new Error('stuck');
  };
  await expect(guarded(work, [guard, untilAborted], never)).rejects.toThrow('stuck');
  expect(workEnded).toBe(true);
});

test('an interruption is the outcome, whatever the work makes of it', async () => {
  const stop = new AbortController();
  const work: Task<void> = async (signal) => {
    await untilAborted(signal);
    throw new Error('torn off');
  };
  const outcome = guarded(work, [], stop.signal);
  stop.abort(new Error('interrupted'));
  await expect(outcome).rejects.toThrow('interrupted');
});
