import { setTimeout as delay } from 'node:timers/promises';
import { GuideError } from './guide-error.ts';

const pollMs = 15;
const withinMs = 60_000;

/** Resolves with the first value that is not undefined or false; GuideError after a minute. */
export async function waitUntil<Value>(
  what: string,
  signal: AbortSignal,
  poll: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> {
  const end = Date.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const value = await poll();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new GuideError(`waited ${withinMs / 1000} s in vain until ${what}`);
    await delay(pollMs, undefined, { signal });
  }
}
