import { expect, test } from 'vitest';
import { StreamsError } from '../src/errors.ts';
import { retry } from '../src/retry.ts';

const away = new StreamsError('UNAVAILABLE', 'away');

function failing(
  times: number,
  error: unknown = away,
): { readonly work: () => Promise<number>; calls: number } {
  const state = {
    calls: 0,
    work: async () => {
      state.calls += 1;
      if (state.calls <= times) throw error;
      return state.calls;
    },
  };
  return state;
}

test('repeats what may succeed later, up to its attempts', async () => {
  expect(await retry(failing(3).work, { initialMs: 1 })).toBe(4);
  const often = failing(10);
  await expect(retry(often.work, { initialMs: 1, attempts: 3 })).rejects.toBe(away);
  expect(often.calls).toBe(3);
});

test('does not repeat what never will, unless it is told that it may', async () => {
  const broken = new Error('broken');
  await expect(retry(failing(1, broken).work)).rejects.toBe(broken);
  expect(await retry(failing(1, broken).work, { initialMs: 1, isRetryable: () => true })).toBe(2);
});

test('begins no attempt after its deadline, and waits for no pause that reaches beyond it', async () => {
  const work = failing(10);
  await expect(retry(work.work, { initialMs: 600_000, maxMs: 600_000, deadlineMs: 1_000 })).rejects.toBe(
    away,
  );
  expect(work.calls).toBe(1);
});

test('ends its pause when the signal aborts: one attempt more is the last', async () => {
  const ending = new AbortController();
  const work = failing(10);
  const onFailure = (): void => ending.abort();
  const pauses = { initialMs: 600_000, maxMs: 600_000 };
  await expect(retry(work.work, { ...pauses, signal: ending.signal, onFailure })).rejects.toBe(away);
  expect(work.calls).toBe(2);
});
