/** How often a failing message is tried and how long each try waits. `delay` gets the attempts made so far, answers milliseconds. */
export interface Retry {
  readonly attempts: number;
  readonly delay: (attempts: number) => number;
}

/** Doubles from `initialMs` at each attempt up to `maxMs`, with a quarter of jitter so that members do not retry in step. */
export function exponential(initialMs: number, maxMs = 30_000): (attempts: number) => number {
  return (attempts) => {
    const full = Math.min(maxMs, initialMs * 2 ** (attempts - 1));
    return full * (0.75 + Math.random() * 0.25);
  };
}

export const defaultRetry: Retry = { attempts: 5, delay: exponential(100) };
