import { StreamsError } from '../errors.ts';
import { pause } from '../signals.ts';
import type { Middleware } from './middleware.ts';

export interface ThrottleOptions {
  /** Messages that may begin in a second, over all that share this throttle. */
  readonly perSecond: number;
  /** How many may begin at once after a quiet time. Default: 1. */
  readonly burst?: number;
}

/** Spreads the beginnings of handlers over time, for something that takes only so many calls. It counts in this process alone. */
export function throttle({ perSecond, burst = 1 }: ThrottleOptions): Middleware {
  if (!(perSecond > 0 && burst >= 1)) {
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `a throttle of ${perSecond} messages a second with a burst of ${burst} lets nothing through; give it more`,
    );
  }
  const intervalMs = 1_000 / perSecond;
  /** When the next message would begin if there were no burst, by performance.now(). */
  let next = Number.NEGATIVE_INFINITY;
  return async (call, handle) => {
    const now = performance.now();
    next = Math.max(next, now - (burst - 1) * intervalMs);
    const delay = next - now;
    next += call.messages.length * intervalMs;
    if (delay > 0) await pause(delay, call.signal);
    // Not the message's fault, and no attempt of it.
    if (call.signal.aborted) {
      throw new StreamsError('BUSY', `group ${call.group} ended while a message waited for its throttle`);
    }
    await handle();
  };
}
