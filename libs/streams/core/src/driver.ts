import type { DriverAdmin } from './admin.ts';
import type { CompetingMember } from './competing.ts';
import type { Membership } from './lease.ts';
import type { End, Position, Start } from './position.ts';
import type { NewRecord, StoredRecord } from './record.ts';

/** What a publisher waits for: nothing, the backend's own reply, or the strongest durability the backend is set up for. */
export type Acks = 'none' | 'leader' | 'all';

/** What a backend can and cannot do; both values are tested by the contract suite. */
export interface Capabilities {
  /** Groups whose members compete for single messages. */
  readonly competing: boolean;
  /** Competing groups of exactly-once delivery: a message's acknowledgement and its outputs are one atomic commit. */
  readonly competingExactlyOnce: boolean;
  /** What is delivered and unacknowledged can be listed (`admin.pending`). */
  readonly pendingEntries: boolean;
  /** What a competing member holds can be handed to another one (`admin.claim`). */
  readonly claim: boolean;
  /** A group's outputs, state, dedupe ids and positions are stored in one atomic commit. */
  readonly atomicCommit: boolean;
  /** An append with `atomic` is stored whole or not at all, whatever partitions and topics its records are for. */
  readonly atomicAppend: boolean;
  /** `acks: 'all'` waits for copies on other machines, not only for this machine's disk. */
  readonly replicated: boolean;
  /** Appends with `once` are stored a single time, whoever repeats them. */
  readonly idempotentAppend: boolean;
  /** The largest record (key, value and headers together, bytes) that can be stored; a larger one is TOO_LARGE. */
  readonly maxRecordBytes: number;
  /** What the backend lacks and why, by capability; the text of the UNSUPPORTED error. */
  readonly lacks: Readonly<Record<string, string>>;
}

export interface AppendOptions {
  readonly acks: Acks;
  readonly signal?: AbortSignal;
  /**
   * Store these records once: for each partition the backend keeps the highest sequence stored per producer
   * and ignores records that come with that sequence or a lower one. The same sequence must always carry the same records.
   */
  readonly once?: Once;
  /** Store all of these records or none of them. Only where `capabilities.atomicAppend` says so; others ignore it. */
  readonly atomic?: boolean;
}

export interface Once {
  readonly producer: string;
  readonly sequence: number;
}

export interface ReadOptions {
  /** Without an end the read follows the partition until the signal aborts. */
  readonly to?: End;
  /** The largest number of records in one chunk. */
  readonly max: number;
  readonly signal?: AbortSignal;
}

export interface GroupOptions {
  readonly topics: readonly string[];
  /** Where the group begins on partitions for which it has no position yet. */
  readonly start: Start;
  readonly acks: Acks;
  /** Milliseconds after which a silent member loses its leases or claims. */
  readonly leaseMs: number;
  /** The most records that a lease or member may hold fetched and unacknowledged. */
  readonly maxInFlight: number;
}

export interface JoinOptions extends GroupOptions {
  /** `atomic`: commits carry outputs, state and dedupe ids; `positions`: commits only acknowledge; `external`: positions live elsewhere. */
  readonly commitKind: 'atomic' | 'positions' | 'external';
  /** Names of the keyed stores that commits may write. */
  readonly stores: readonly string[];
  /** How many dedupe ids each partition remembers; 0 when the group does not dedupe. */
  readonly dedupeWindow: number;
}

/**
 * A backend. Methods throw StreamsError only. Everything that opens something closes idempotently, whatever is under way:
 * members leave, whoever waits gets an error, and nothing that is left keeps the process alive.
 * A driver never shows a record before it is committed and never one of a commit that was refused.
 */
export interface Driver extends AsyncDisposable {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly admin: DriverAdmin;

  /** How many partitions each topic has; UNKNOWN_TOPIC when one does not exist. May be cached. */
  partitions(topic: string): Promise<number>;

  /**
   * Stores records, in order within each partition, and returns their positions in the order of the records
   * (an empty list with acks `none`; records dropped by `once` have no position).
   * After an error a record may or may not be stored; the driver's own resends never store one twice.
   */
  append(records: readonly NewRecord[], options: AppendOptions): Promise<Position[]>;

  /** Chunks of one partition in order; no group, nothing is acknowledged. Memory stays flat however slow the reader is. */
  read(topic: string, partition: number, from: Start, options: ReadOptions): AsyncIterable<StoredRecord[]>;

  /** Becomes a member of a partitioned group; leases follow as the assignment gives them. */
  join(group: string, options: JoinOptions): Promise<Membership>;

  /** Becomes a member of a competing group. UNSUPPORTED where `capabilities.competing` is false. */
  compete(group: string, options: GroupOptions): Promise<CompetingMember>;

  /** Negative, 0 or positive as `a` stands before, at or after `b` in one partition. */
  compareOffsets(a: string, b: string): number;

  /** Called on warnings a person should see: records lost to trimming, a group recreated, a reconnect. Returns how to stop listening. */
  onNotice(listener: (notice: Notice) => void): () => void;
}

export interface Notice {
  readonly kind:
    | 'records-lost'
    | 'group-recreated'
    | 'disconnected'
    | 'reconnected'
    | 'retrying'
    | 'restoring'
    | 'rolled-back'
    /** The server's settings can lose records; told to each listener when it begins to listen. */
    | 'unsafe-settings'
    /** A topic that existed got the retention that was asked for, or kept its own; the message says why. */
    | 'retention-changed'
    /** Topics and groups of other programs could not all be listed: `details.looked` says how many keys were looked at. */
    | 'incomplete-list'
    /** A member of `details.group` should hold leases or claims and cannot: reported once, until `group-recovered`. */
    | 'group-degraded'
    | 'group-recovered';
  readonly message: string;
  readonly details: Readonly<Record<string, string | number>>;
}
