import type { MessageView } from './messages.ts';

/** `GET /api/topics/:topic` */
export interface TopicDetails {
  readonly name: string;
  readonly retention: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly partitions: readonly {
    readonly partition: number;
    readonly first: string | null;
    readonly last: string | null;
    readonly records: number;
    readonly placement: string | null;
  }[];
  /** Services known to write it; null where nobody says. */
  readonly writers: readonly string[] | null;
  readonly readers: readonly { readonly group: string; readonly lag: number | null }[];
  /** Of a value, from the newest records; null without records. */
  readonly averageBytes: number | null;
  /** Paths of fields that its schema marks as personal. */
  readonly personal: readonly string[];
}

/** `GET /api/groups/:group` */
export interface GroupDetails {
  readonly name: string;
  readonly mode: 'partitioned' | 'competing';
  readonly members: readonly MemberRow[];
  readonly partitions: readonly PartitionRow[];
  /** The largest share of a member less the smallest, in partitions; null with fewer than two members. */
  readonly skew: number | null;
  readonly pending: readonly PendingRow[];
  /** Why there is no list of pending entries. */
  readonly pendingProblem: string | null;
  readonly deadLetters: number;
}

export interface MemberRow {
  readonly member: string;
  readonly idleMs: number | null;
  readonly leases: readonly number[];
  readonly pending: number;
  /** Over its partitions; null where the backend cannot say. */
  readonly lag: number | null;
}

export interface PartitionRow {
  readonly topic: string;
  readonly partition: number;
  readonly owner: string | null;
  readonly committed: string | null;
  readonly lag: number | null;
  readonly pending: number | null;
  readonly ageMs: number | null;
}

export interface PendingRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly member: string;
  readonly idleMs: number;
  readonly deliveries: number;
}

/** `GET /api/groups/:group/history` */
export interface GroupHistory {
  /** Milliseconds since the epoch. */
  readonly at: readonly number[];
  readonly lag: readonly (number | null)[];
  readonly ageSeconds: readonly (number | null)[];
}

/** `GET /api/topics/:topic/history` */
export interface TopicHistory {
  readonly at: readonly number[];
  readonly perSecond: readonly (number | null)[];
}

/** `GET /api/groups/:group/dead-letters`: the oldest first. */
export interface DeadLetterList {
  readonly letters: readonly DeadLetterView[];
  /** Whether there are more than were read. */
  readonly more: boolean;
}

export interface DeadLetterView {
  /** Its position, `topic:partition:offset`. */
  readonly id: string;
  readonly origin: string;
  readonly code: string;
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: number;
  readonly message: MessageView;
  /** Why it is not the message that failed; null when it is whole. */
  readonly cut: string | null;
  /** When it was redriven, milliseconds since the epoch; null while it was not. */
  readonly redrivenAt: number | null;
}

/** `POST /api/groups/:group/seek` */
export interface SeekPlan {
  readonly group: string;
  readonly moves: readonly SeekMove[];
  /** Whether it was done; a dry run only says what would be. */
  readonly done: boolean;
}

export interface SeekMove {
  readonly topic: string;
  readonly partition: number;
  readonly from: string | null;
  /** Offset of the record that comes next; null at the end of what is stored. */
  readonly next: string | null;
  /** How much larger the lag will be (negative: smaller); null when unknown. */
  readonly lagChange: number | null;
}
