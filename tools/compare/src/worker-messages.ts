import type { Workload } from './workload.ts';

export interface WorkerScript {
  readonly role: 'producer' | 'consumer';
  readonly url: string;
  readonly namespace: string;
  readonly workload: Workload;
}

export type WorkerCommand =
  /** Sends as fast as the backend takes it. */
  | { readonly command: 'flood'; readonly seconds: number }
  /** Sends at that rate, whatever becomes of what was sent before. */
  | { readonly command: 'pace'; readonly seconds: number; readonly rate: number }
  /** Consumers: from now on latencies count. */
  | { readonly command: 'clear' }
  /** Asks for `figures`. */
  | { readonly command: 'report' }
  | { readonly command: 'stop' };

export type WorkerReport =
  | { readonly report: 'ready' }
  | { readonly report: 'sent'; readonly records: number; readonly failed: number }
  | {
      readonly report: 'figures';
      readonly handled: number;
      /** Of processor time so far, in microseconds. */
      readonly cpuUs: number;
      readonly leases: readonly number[];
      /** An encoded histogram of microseconds; empty for a producer. */
      readonly histogram: string;
    }
  /** The first record of a partition that it has gained. */
  | { readonly report: 'took-up'; readonly partition: number; readonly atMs: number }
  | { readonly report: 'failed'; readonly error: string };
