import type { Streams } from '@millrace/streams';
import type { RawWriter } from '../changes/raw-writer.ts';
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
