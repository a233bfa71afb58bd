import type { Position, Start } from './position.ts';
import type { StoredRecord } from './record.ts';

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retention?: Retention;
  /** Backend-specific settings as texts (for Kafka: topic configs, `replication.factor`). */
  readonly settings?: Readonly<Record<string, string>>;
  /** Topics that it is replicated like, where a backend replicates topics one by one and `settings` do not say how. */
  readonly replicatedLike?: readonly string[];
}

/** What may be forgotten. Without `evenIfUnacknowledged` nothing that some group has not acknowledged is ever trimmed. */
export interface Retention {
  readonly maxAgeMs?: number;
  readonly maxRecords?: number;
  readonly evenIfUnacknowledged?: boolean;
}

export interface TopicDescription {
  readonly name: string;
  /** Another program made it, and nothing of this library keeps its settings; undefined otherwise, and where a backend does not know. */
  readonly foreign?: boolean;
  readonly retention: Retention;
  readonly settings: Readonly<Record<string, string>>;
  readonly partitions: readonly PartitionDescription[];
}

export interface PartitionDescription {
  readonly partition: number;
  /** Offset of the first record still there; undefined when empty. */
  readonly first?: string;
  /** Offset of the last record; undefined when nothing was ever stored or all was trimmed. */
  readonly last?: string;
  readonly records: number;
  /** Where it lives: node, replicas; for people. */
  readonly placement?: string;
}

export interface GroupDescription {
  readonly group: string;
  /** Another program made it: it is shown and not changed; undefined otherwise, and where a backend does not know. */
  readonly foreign?: boolean;
  readonly mode: 'partitioned' | 'competing';
  readonly members: readonly MemberDescription[];
  readonly partitions: readonly GroupPartition[];
  /** What is set for this group on the backend alone, as texts (for Kafka: configs of the group); undefined where groups have no settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface MemberDescription {
  readonly member: string;
  /** Milliseconds since it last sent a heartbeat; undefined where the backend does not say. */
  readonly idleMs?: number;
  readonly leases: readonly number[];
  readonly pending: number;
}

export interface GroupPartition {
  readonly topic: string;
  readonly partition: number;
  readonly owner?: string;
  readonly epoch?: number;
  /** The last offset that counts as acknowledged, by a commit or by where the group was moved; undefined without one. */
  readonly committed?: string;
  /** Records stored and not acknowledged; undefined where the backend cannot say. */
  readonly lag?: number;
  /** Why the lag is not known, for people. */
  readonly lagUnknown?: string;
  /** Records delivered and not acknowledged; undefined where the backend cannot say. */
  readonly pending?: number;
  readonly oldestPendingMs?: number;
}

export interface PendingEntry {
  readonly position: Position;
  readonly member: string;
  readonly idleMs: number;
  readonly deliveries: number;
}

/** What a driver can tell and do besides moving records. All of it throws UNSUPPORTED where the backend lacks it. */
export interface DriverAdmin {
  /**
   * Creates what is missing. A topic that exists gets the retention that is given, which a notice tells; without one it
   * keeps its own. TOPIC_MISMATCH when a topic exists with another number of partitions.
   */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Also those that other programs made. A search that had to end early is told by the notice `incomplete-list`. */
  topics(): Promise<string[]>;
  /** UNKNOWN_TOPIC when it does not exist. */
  describe(topic: string): Promise<TopicDescription>;
  /** As {@link topics}. */
  groups(): Promise<string[]>;
  /** UNKNOWN_GROUP when it does not exist. */
  describeGroup(group: string): Promise<GroupDescription>;
  /** Delivered and unacknowledged entries, oldest first. */
  pending(
    group: string,
    options: { readonly limit: number; readonly topic?: string },
  ): Promise<PendingEntry[]>;
  /** Competing groups: hands entries idle for at least `minIdleMs` to a member. Returns what was moved. */
  claim(
    group: string,
    member: string,
    options: { readonly positions: readonly Position[]; readonly minIdleMs: number },
  ): Promise<Position[]>;
  /** Moves a group without active members (GROUP_ACTIVE otherwise); without topic or partition, all of them. */
  seek(
    group: string,
    to: Start,
    options: { readonly topic?: string; readonly partition?: number },
  ): Promise<void>;
  /** Deletes records before a time or a position (excluded), or all but the newest `keep`; unacknowledged ones only with `evenIfUnacknowledged`. Returns how many. */
  trim(topic: string, options: TrimOptions): Promise<number>;
  /** GROUP_ACTIVE while it has members. */
  deleteGroup(group: string): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
}

export interface TrimOptions {
  readonly before?: Date | Position;
  readonly keep?: number;
  readonly evenIfUnacknowledged?: boolean;
}

/** A message that a group dead-lettered. */
export interface DeadLetter {
  readonly position: Position;
  readonly origin: Position;
  readonly group: string;
  readonly code: string;
  readonly error: string;
  readonly attempts: number;
  /** What had to be left out because the backend refused the letter as it was; undefined when it is whole. */
  readonly cut?: string;
  readonly failedAt: Date;
  readonly record: StoredRecord;
}
