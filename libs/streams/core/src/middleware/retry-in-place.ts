import { isRetriable } from '../failure-codes.ts';
import { type RetryOptions, retry } from '../retry.ts';
import type { Middleware } from './middleware.ts';

/**
 * Calls the handler again at once when it fails, before the failure counts as an attempt of the group; for what passes in
 * milliseconds. Rejected and undecodable messages, and outages, which the group waits out, are left to the group. `attempts`
 * counts the first call too.
 */
export function retryInPlace(
  options: Pick<RetryOptions, 'initialMs' | 'maxMs' | 'deadlineMs'> & { readonly attempts: number },
): Middleware {
  return (call, next) => retry(() => next(), { ...options, signal: call.signal, isRetryable: isRetriable });
}
