import { setTimeout as sleep } from 'node:timers/promises';
import { isStreamsError } from '@millrace/streams';

export interface UntilOptions {
  /** What is waited for, for the error. */
  readonly what: string;
  readonly timeoutMs?: number;
  /** Throws when there is no more hope. */
  readonly alive?: () => void;
  /** For the error: what is known about why it does not come. */
  readonly detail?: () => string;
}

const everyMs = 20;

/** Waits for a state of the world: until the look at it answers something else than false or undefined. */
export async function until<Found>(
  look: () => Promise<Found | false | undefined> | Found | false | undefined,
  { what, timeoutMs = 120_000, alive, detail }: UntilOptions,
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    alive?.();
    if (performance.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}\n${detail?.() ?? ''}`);
    }
    await sleep(everyMs);
  }
}

/** Looks; false from a server that is coming back or a network that is mended, which is looked at again. */
export async function unlessAway<Found>(look: () => Promise<Found>): Promise<Found | false> {
  try {
    return await look();
  } catch (error) {
    if (isStreamsError(error) && error.retryable) return false;
    throw error;
  }
}
