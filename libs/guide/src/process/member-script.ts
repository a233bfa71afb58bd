import type { Place } from '../events.ts';

/** A message at which a consumer stands still: before its effect, or between the effect and the acknowledgement. */
export interface StallAt {
  readonly label: string;
  readonly when: 'before' | 'after';
}

/** What a consumer in a process of its own is told to be. */
export interface MemberScript {
  readonly url: string;
  readonly namespace: string;
  readonly name: string;
  readonly group: string;
  readonly topics: readonly string[];
  readonly mode: 'partitioned' | 'competing';
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once';
  readonly stallAt?: StallAt;
  /** Throws at this message, so many times. */
  readonly failAt?: { readonly label: string; readonly times: number };
  /** Ignores messages whose id it has handled, of the last thousand. */
  readonly dedupe?: boolean;
  /** How it recognises an effect that a member before it has had. Default: not at all. */
  readonly knows?: 'by looking' | 'by a set';
  /** Milliseconds that the handling of a message takes. Default: 0. */
  readonly workMs?: number;
  /** Its handler has one message at a time, whatever partition it is of. Default: one of each partition. */
  readonly oneAtATime?: boolean;
  /** Keeps all records of its topics in memory, as a consumer should not. */
  readonly hoards?: boolean;
  /** Reports no messages: there are too many to draw. */
  readonly quiet?: boolean;
  /** Milliseconds without a sign of life after which others take over. Default: 1,000. */
  readonly leaseMs?: number;
  /** The most messages of one commit. Default: 500. */
  readonly batch?: number;
}

export type MemberReport =
  /** `member` is its name at the backend. */
  | { readonly report: 'joined'; readonly member: string }
  | { readonly report: 'leases'; readonly partitions: readonly number[] }
  | ({
      readonly report: 'delivered' | 'handled' | 'failed' | 'committed';
      readonly label: string;
      readonly attempt: number;
      readonly error?: string;
    } & Place)
  | { readonly report: 'stalled'; readonly label: string }
  /** How many records a consumer that hoards has in memory. */
  | { readonly report: 'hoarded'; readonly records: number }
  /** The reply to `hear`: everything that was done before it has been reported. */
  | { readonly report: 'heard' }
  /** The reply to `weigh`: bytes that it cannot give back. */
  | { readonly report: 'weighed'; readonly bytes: number }
  | { readonly report: 'request'; readonly name: string }
  | { readonly report: 'ended'; readonly error: string };

export type MemberCommand =
  | { readonly command: 'stop' }
  | { readonly command: 'hear' }
  /** Collects its garbage and reports what is left. */
  | { readonly command: 'weigh' }
  /** Goes on from the message at which it stands, until the next at which it is to stop. */
  | { readonly command: 'continue'; readonly stallAt?: StallAt }
  | { readonly command: 'rename'; readonly name: string };
