import { anySignal } from '@millrace/streams';
export type Task<Result> = (signal: AbortSignal) => Promise<Result>;

/**
 * Does the work while the guards run. A guard that fails ends the work, and its error is the outcome; so is the reason
 * of the outer signal when that aborts. Nothing is left running afterwards.
 */
export async function guarded<Result>(
  work: Task<Result>,
  guards: readonly Task<unknown>[],
  outer: AbortSignal,
): Promise<Result> {
  outer.throwIfAborted();
  const stop = new AbortController();
  const signal = anySignal([outer, stop.signal]);
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const watching = guards.map((guard) =>
    guard(signal).catch((error: unknown) => {
      if (!signal.aborted) failure.reject(error);
    }),
  );
  const working = work(signal);
  try {
    return await Promise.race([working, failure.promise]);
  } catch (error) {
    outer.throwIfAborted();
    throw error;
  } finally {
    stop.abort();
    await Promise.allSettled([working, ...watching]);
  }
}
