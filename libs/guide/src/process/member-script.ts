import type { Place } from '../events.ts';

/** What a consumer in a process of its own is told to be. */
export interface MemberScript {
  readonly url: string;
  readonly namespace: string;
  readonly name: string;
  readonly group: string;
  readonly topics: readonly string[];
  readonly mode: 'partitioned' | 'competing';
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once';
  /** Stops for good at this message: before its effect, or between the effect and the acknowledgement. */
  readonly stallAt?: { readonly label: string; readonly when: 'before' | 'after' };
  /** Throws at this message, so many times. */
  readonly failAt?: { readonly label: string; readonly times: number };
  /** Ignores messages whose id it has handled, of the last thousand. */
  readonly dedupe?: boolean;
  /** Milliseconds that the handling of a message takes. Default: 0. */
  readonly workMs?: number;
  /** The most messages of one commit. Default: 500. */
  readonly batch?: number;
}

export type MemberReport =
  | { readonly report: 'joined'; readonly pid: number }
  | { readonly report: 'leases'; readonly partitions: readonly number[] }
  | ({
      readonly report: 'delivered' | 'handled' | 'failed' | 'committed';
      readonly label: string;
      readonly attempt: number;
      readonly error?: string;
    } & Place)
  | { readonly report: 'stalled'; readonly label: string }
  /** The reply to `hear`: everything that was done before it has been reported. */
  | { readonly report: 'heard' }
  | { readonly report: 'request'; readonly name: string }
  | { readonly report: 'ended'; readonly error: string };

export type MemberCommand =
  | { readonly command: 'stop' }
  | { readonly command: 'hear' }
  | { readonly command: 'rename'; readonly name: string };
