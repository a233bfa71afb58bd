const boundMs = 90_000;
const pollMs = 10;

/** Polls until the probe returns something else than undefined and false. The bound only turns a hang into a message. */
export async function waitFor<Value>(
  what: string | (() => string),
  probe: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const until = Date.now() + boundMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > until) throw inVain(what);
    await nextPoll();
  }
}

/** The promise's value, or an error that names what was waited for. */
export async function within<Value>(
  what: string | (() => string),
  promise: PromiseLike<Value>,
): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(inVain(what)), boundMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets the wall clock pass a millisecond, so that what follows is later than what was before. */
export async function clockTick(): Promise<Date> {
  const start = Date.now();
  await waitFor('the clock ticks', () => Date.now() > start + 1);
  return new Date();
}

function inVain(what: string | (() => string)): Error {
  return new Error(`waited ${boundMs / 1000} s in vain until ${typeof what === 'string' ? what : what()}`);
}

function nextPoll(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pollMs);
  });
}
