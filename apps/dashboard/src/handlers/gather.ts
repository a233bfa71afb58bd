import { setTimeout as sleep } from 'node:timers/promises';

/** Of each stretch of time only the beginning is used to take what came. */
const stretchMs = 200;
const takesMs = 25;

/**
 * Waits until the next stretch of time begins, so that records gather meanwhile: a thousand small fetches a second cost more
 * than what is done with their records. Nobody sees a fifth of a second in a picture that is drawn once a second.
 */
export async function gather(now: number, signal: AbortSignal): Promise<void> {
  const into = now % stretchMs;
  if (into >= takesMs) await sleep(stretchMs - into, undefined, { signal }).catch(() => undefined);
}
