import type { Message } from '../decode.ts';

/** One attempt of a handler: one message, or those that a batch route gets together. */
export interface HandlerCall {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Message<unknown>[];
  /** Aborts when ownership is lost or the grace period of a stop is over. */
  readonly signal: AbortSignal;
}

/**
 * Calls the rest of the chain, the handler at last; rejects with what that throws. Each call begins with nothing sent and no
 * state written, and the last one to be called counts. A signal replaces the one that the handler would get.
 */
export type Next = (signal?: AbortSignal) => Promise<void>;

/**
 * Work round a handler. What it throws fails the attempt; when it returns without calling `next`, the message is acknowledged
 * unhandled.
 */
export type Middleware = (call: HandlerCall, next: Next) => Promise<void>;

/** Runs the chain round `handle`, the first function outermost. */
export function runChain(
  chain: readonly Middleware[],
  call: HandlerCall,
  handle: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const from = (index: number, signal: AbortSignal): Promise<void> => {
    const middleware = chain[index];
    if (middleware === undefined) return handle(signal);
    return middleware({ ...call, signal }, (other = signal) => from(index + 1, other));
  };
  return from(0, call.signal);
}
