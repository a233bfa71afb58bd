import { log } from './log.ts';
import { retryInPlace } from './retry-in-place.ts';
import { throttle } from './throttle.ts';
import { timeout } from './timeout.ts';

export type { HandlerLogEntry } from './log.ts';
export type { HandlerCall, Middleware, Next } from './middleware.ts';
export type { ThrottleOptions } from './throttle.ts';

/** Ready pieces for `run({ use: [...] })`, in the order in which they are usually given. */
export const middleware: {
  readonly log: typeof log;
  readonly throttle: typeof throttle;
  readonly retry: typeof retryInPlace;
  readonly timeout: typeof timeout;
} = { log, throttle, retry: retryInPlace, timeout };
