import { setTimeout as sleep } from 'node:timers/promises';
import type { Streams } from '@millrace/streams';
import type { RawWriter } from '../changes/raw-writer.ts';
import type { Watched } from '../watch/watcher.ts';
import type { ShopProcesses } from './shop-processes.ts';

/** What a fault works with. */
export interface FaultContext {
  readonly processes: ShopProcesses;
  readonly streams: Streams;
  readonly writer: RawWriter;
  /** The file of the embedded log; undefined on another backend. */
  readonly logFile: string | undefined;
  readonly leaseMs: number;
  /** Aborts when the dashboard stops. */
  readonly signal: AbortSignal;
  /**
   * Takes the figures of this moment and keeps them with the fault: called while its effect stands, so that none is missed
   * between the looks of every second. Undefined when the backend does not answer.
   */
  readonly look: () => Promise<Watched | undefined>;
  /** Keeps that so many records were stored in one step. */
  readonly stored: (records: number) => void;
}

export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly does: string;
  readonly watch: string;
  /** Services it can be done to; empty when it is done to the shop as a whole. */
  readonly targets: readonly string[];
  /** Why it cannot be done here; undefined where it can. */
  readonly problem?: (context: FaultContext) => string | undefined;
  /** Ends when the fault is over. Says what was done. Throws when it could not be. */
  readonly run: (context: FaultContext, target: string) => Promise<string>;
}

/** Waits, but no longer than the dashboard runs. */
export async function pause(ms: number, { signal }: Pick<FaultContext, 'signal'>): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

const lookEveryMs = 200;

/** Looks again and again until there is something; undefined when there is nothing in time or the dashboard stops. */
export async function lookFor<Found>(
  look: () => Promise<Found | undefined>,
  withinMs: number,
  context: Pick<FaultContext, 'signal'>,
): Promise<Found | undefined> {
  const until = Date.now() + withinMs;
  while (Date.now() < until && !context.signal.aborted) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(lookEveryMs, context);
  }
  return undefined;
}
