import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logging/logger.ts';

export interface EveryOptions {
  /** Milliseconds between the end of one run and the next one. */
  readonly ms: number;
  /** For the log of a run that throws: "delete old rows". */
  readonly what: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** With true the first run is at once. Default: after `ms`. */
  readonly now?: boolean;
}

/** Runs the work again and again until the signal aborts; a run that throws is logged, and the next one comes all the same. */
export async function every(
  { ms, what, log, signal, now = false }: EveryOptions,
  work: () => Promise<void>,
): Promise<void> {
  const pause = (): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => undefined);
  if (!now) await pause();
  while (!signal.aborted) {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error }, `could not ${what}; trying again in ${ms / 1_000} s`);
    }
    await pause();
  }
}
