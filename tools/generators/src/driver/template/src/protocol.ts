import type {
  GroupDescription,
  Once,
  PendingEntry,
  Position,
  Retention,
  TopicDescription,
  TopicSpec,
} from '@millrace/streams';

/*
 * Client and server exchange lines of JSON. A request names a call and its parameters; a reply has the id of its request
 * and a result or an error. Calls that wait (read, fetch, assignment) are replied to when there is something, or when
 * the client cancels them.
 */

export type Request =
  | { readonly id: number; readonly call: keyof Calls; readonly parameters: unknown }
  | { readonly cancel: number };

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** A record on its way: key, value and what headers hold in base64; null for none. */
export interface WireRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly timestamp: number;
}

export interface WireStored extends WireRecord {
  readonly offset: number;
}

export interface WireDelivery extends WireStored {
  readonly attempt: number;
}

/** A start or an end with its time in milliseconds. */
export type WireStart = 'earliest' | 'latest' | { readonly at: number } | { readonly after: Position };
export type WireEnd = 'now' | { readonly at: number } | { readonly through: Position };

export interface ChangedRetention {
  readonly topic: string;
  readonly before: Retention;
  readonly after: Retention;
}

export interface WireMember {
  readonly mode: GroupDescription['mode'];
  readonly topics: readonly string[];
  readonly start: WireStart;
  readonly leaseMs: number;
  readonly maxInFlight: number;
  readonly dedupeWindow: number;
}

export interface WireCommit {
  readonly acknowledged: readonly Position[];
  readonly outputs: readonly WireRecord[];
  readonly state: readonly { readonly store: string; readonly key: string; readonly value: string | null }[];
  readonly dedupeIds: readonly string[];
  readonly failed?: { readonly record: Position; readonly attempts: number };
}

export interface WireCompetingCommit {
  readonly record: Position;
  readonly acknowledged: boolean;
  readonly outputs: readonly WireRecord[];
  readonly attempts?: number;
}

export interface WireTrim {
  readonly before?: number | Position;
  readonly keep?: number;
  readonly evenIfUnacknowledged?: boolean;
}

/** Records that were trimmed before the group had them. */
export interface Loss {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly through: number;
}

export interface Fetched {
  readonly deliveries: readonly WireDelivery[];
  readonly losses: readonly Loss[];
}

export interface WireLease {
  readonly partition: number;
  readonly epoch: number;
  readonly revoked: boolean;
}

/** What a member holds; `version` grows with every change of its group. `known` is false once it is evicted. */
export interface Assignment {
  readonly known: boolean;
  readonly version: number;
  readonly leases: readonly WireLease[];
}

interface Call<Parameters, Result> {
  readonly parameters: Parameters;
  readonly result: Result;
}

interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

interface MemberName {
  readonly group: string;
  readonly member: string;
}

interface LeaseName {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
}

/** All that the server can be asked. */
export interface Calls {
  readonly partitions: Call<{ readonly topic: string }, number>;
  /** The offsets of the records stored, in their order; null for those that were stored before. */
  readonly append: Call<{ readonly records: readonly WireRecord[]; readonly once?: Once }, (number | null)[]>;
  readonly locateStart: Call<PartitionName & { readonly start: WireStart }, number>;
  readonly locateEnd: Call<PartitionName & { readonly end: WireEnd }, number>;
  /** Waits for a record; without one when cancelled. */
  readonly read: Call<PartitionName & { readonly offset: number; readonly max: number }, WireStored[]>;

  readonly join: Call<MemberName & { readonly options: WireMember }, null>;
  /** False when the member is evicted. */
  readonly heartbeat: Call<MemberName, boolean>;
  readonly leave: Call<MemberName, null>;
  readonly quit: Call<MemberName, null>;
  /** Waits until the group is no longer at `version`. */
  readonly assignment: Call<MemberName & { readonly version: number }, Assignment>;

  readonly fetch: Call<LeaseName & { readonly max: number }, Fetched>;
  readonly commit: Call<LeaseName & { readonly commit: WireCommit }, null>;
  readonly seekLease: Call<LeaseName & { readonly positions: readonly Position[] }, null>;
  readonly load: Call<
    LeaseName & { readonly store: string; readonly keys: readonly string[] },
    (string | null)[]
  >;
  readonly knownDedupeIds: Call<LeaseName & { readonly ids: readonly string[] }, string[]>;
  readonly release: Call<LeaseName, null>;

  readonly take: Call<MemberName & { readonly max: number }, Fetched>;
  readonly commitTaken: Call<
    MemberName & { readonly steps: readonly WireCompetingCommit[] },
    ('committed' | 'fenced')[]
  >;
  readonly giveBack: Call<MemberName & { readonly records: readonly Position[] }, null>;

  /** Returns the topics that existed and have another retention now. */
  readonly ensureTopics: Call<{ readonly topics: readonly TopicSpec[] }, ChangedRetention[]>;
  readonly topics: Call<object, string[]>;
  readonly describe: Call<{ readonly topic: string }, TopicDescription>;
  readonly trim: Call<{ readonly topic: string; readonly options: WireTrim }, number>;
  readonly deleteTopic: Call<{ readonly topic: string }, null>;
  readonly groups: Call<object, string[]>;
  readonly describeGroup: Call<{ readonly group: string }, GroupDescription>;
  readonly pending: Call<
    { readonly group: string; readonly limit: number; readonly topic?: string },
    PendingEntry[]
  >;
  readonly claim: Call<
    MemberName & { readonly positions: readonly Position[]; readonly minIdleMs: number },
    Position[]
  >;
  readonly seek: Call<
    { readonly group: string; readonly to: WireStart; readonly topic?: string; readonly partition?: number },
    null
  >;
  readonly deleteGroup: Call<{ readonly group: string }, null>;
}
