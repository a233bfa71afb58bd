/** Waits, but no longer than until the signal aborts; never throws. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** The promise's end or the signal, whichever comes first; true when it was the promise. A later rejection is not lost: await the promise too. */
export function raceWithAbort(promise: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = (): void => resolve(false);
    const onSettled = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(true);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(onSettled, onSettled);
  });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/**
 * A plain signal that aborts with the first of the others, for loops that look at it for every message: looking at one
 * of AbortSignal.any looks at all of them. Dispose it to stop listening to the others.
 */
export function linkedSignal(signals: readonly AbortSignal[]): Disposable & { readonly signal: AbortSignal } {
  const own = new AbortController();
  const first = signals.find((signal) => signal.aborted);
  if (first) own.abort(first.reason);
  const letGo = new AbortController();
  for (const signal of signals) {
    signal.addEventListener('abort', () => own.abort(signal.reason), { once: true, signal: letGo.signal });
  }
  return { signal: own.signal, [Symbol.dispose]: () => letGo.abort() };
}

/**
 * AbortSignal.any that keeps the signals it was made of. Node holds them weakly: a signal of AbortSignal.timeout that nobody
 * else has is collected before its time is over, and what waits for it waits for ever.
 */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  const any = AbortSignal.any([...signals]);
  kept.set(any, signals);
  return any;
}

const kept = new WeakMap<AbortSignal, readonly AbortSignal[]>();
