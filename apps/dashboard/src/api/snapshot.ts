import type { Verdict } from '../domain/audit/verdict.ts';

/** What the page is told every second. Undefined numbers are null here: unknown, never 0. */
export interface Snapshot {
  /** Milliseconds since the epoch, by the dashboard's clock. */
  readonly at: number;
  readonly backend: string;
  readonly mode: 'shop' | 'console';
  /** Whether changes are allowed to whoever looks. */
  readonly writable: boolean;
  /** Why the backend does not answer; null while it does. */
  readonly problem: string | null;
  /** Settings of the backend with which it can lose records, one sentence each. */
  readonly unsafeSettings: readonly string[];
  readonly topics: readonly TopicFigures[];
  readonly groups: readonly GroupFigures[];
  readonly shop: ShopFigures | null;
}

export interface TopicFigures {
  readonly name: string;
  readonly partitions: number;
  readonly records: number;
  /** Records stored per second over the last seconds. */
  readonly perSecond: number | null;
}

export type GroupState = 'idle' | 'working' | 'behind' | 'stalled' | 'empty';

export interface GroupFigures {
  readonly name: string;
  readonly mode: 'partitioned' | 'competing';
  readonly topics: readonly string[];
  readonly members: number;
  readonly lag: number | null;
  readonly pending: number | null;
  /** Age of the oldest unacknowledged record, milliseconds; 0 when there is none. */
  readonly ageMs: number | null;
  /** Records per second by which the lag grows (negative: shrinks). */
  readonly trend: number | null;
  /** Seconds until nothing is left at the present trend; null when it does not shrink. */
  readonly caughtUpInS: number | null;
  readonly state: GroupState;
}

export interface ShopFigures {
  readonly captured: Sum | null;
  readonly refunded: Sum | null;
  readonly declined: number;
  readonly orders: number | null;
  readonly allocated: number;
  readonly emails: number | null;
  /** From the payment request to the e-mail that says it shipped, milliseconds, over the last orders. */
  readonly endToEnd: { readonly p50: number | null; readonly p99: number | null; readonly samples: number };
  readonly messagesPerSecond: number | null;
  readonly services: readonly ServiceFigures[];
  readonly verdict: Verdict;
}

export interface Sum {
  readonly count: number;
  readonly pence: number;
}

export interface ServiceFigures {
  readonly name: string;
  /** Members of its groups; null for a service without groups. */
  readonly members: number | null;
  readonly lag: number | null;
}

/** Messages that went through since the last one: counts are whole, samples are some of them. */
export interface Flow {
  readonly at: number;
  readonly overMs: number;
  readonly topics: readonly FlowOfTopic[];
}

export interface FlowOfTopic {
  readonly topic: string;
  readonly count: number;
  /** Partitions of up to 20 of the messages, in the order in which they were stored. */
  readonly partitions: readonly number[];
}
