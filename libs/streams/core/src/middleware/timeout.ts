import { StreamsError } from '../errors.ts';
import { formatPosition } from '../position.ts';
import { linkedSignal, raceWithAbort } from '../signals.ts';
import type { HandlerCall, Middleware } from './middleware.ts';

/**
 * Fails an attempt whose handler takes longer, with HANDLER_FAILED, and aborts the handler's signal. A handler that ignores it
 * goes on beside the next attempt; what it sends or writes from then on does not count.
 */
export function timeout(milliseconds: number): Middleware {
  return async (call, next) => {
    const expired = new AbortController();
    const timer = setTimeout(() => expired.abort(timeoutError(call, milliseconds)), milliseconds);
    using signal = linkedSignal([call.signal, expired.signal]);
    try {
      const handling = next(signal.signal);
      if (await raceWithAbort(handling, expired.signal)) return await handling;
      handling.catch(() => undefined);
      throw expired.signal.reason;
    } finally {
      clearTimeout(timer);
    }
  };
}

function timeoutError({ group, messages, topic, partition }: HandlerCall, limit: number): StreamsError {
  const [first] = messages;
  const what = first ? formatPosition(first) : `${topic}:${partition}`;
  return new StreamsError(
    'HANDLER_FAILED',
    `the handler of group ${group} for ${what} took longer than ${limit} ms`,
  );
}
