import type { Position } from './position.ts';
import type { Delivery, NewRecord } from './record.ts';

/** Membership of a partitioned group. Iterating yields a lease for each partition number gained; disposing leaves the group and releases what is still held. */
export interface Membership extends AsyncDisposable, AsyncIterable<Lease> {
  /** New at every start, so that a paused old process cannot reuse the name. */
  readonly member: string;

  /**
   * Announces that this member is leaving: it is given no more leases and takes none back. Those it holds stay its own
   * until they are disposed, and may go to others at once after that.
   */
  leave(): Promise<void>;
}

/**
 * Sole ownership of partition `partition` of every topic of the group, until disposed or lost.
 * Topics with fewer partitions simply have nothing at the higher numbers.
 */
export interface Lease extends AsyncDisposable {
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  /** Aborts when the assignment wants the lease elsewhere: finish what is in flight, commit, dispose. */
  readonly revoked: AbortSignal;
  /** Aborts when ownership is gone or can no longer be proven; every later commit is FENCED. */
  readonly lost: AbortSignal;

  /**
   * The next records, first what an earlier owner left unacknowledged, each topic in order. Waits until there is at
   * least one; empty once the signal aborts, the lease is revoked or lost. A second call goes on after the first
   * one's records although they are not acknowledged yet, unless one of them was in flight when its owner died: that one may
   * be delivered alone, and nothing more until it is acknowledged. The objects are the caller's own from then on.
   * Large records come a few at a time, whatever `max`: a few megabytes of them at once, or one that is larger than that.
   * So much may be kept ready beside what is delivered.
   */
  fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]>;

  /**
   * For groups with external positions: the next fetch begins after these positions; topics not named begin where the
   * group began, whatever was acknowledged since. What lies before counts as acknowledged, so that lag is counted from there.
   */
  seek(positions: readonly Position[]): Promise<void>;

  /** The stored values (JSON texts) of these keys, in their order; undefined where there is none. */
  load(store: string, keys: readonly string[]): Promise<(string | undefined)[]>;

  /** Which of these dedupe ids the partition remembers. */
  knownDedupeIds(ids: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Stores the commit whole or not at all. FENCED once ownership is gone. After a retryable error the caller may
   * repeat the same commit object: a commit that did land is not applied a second time.
   */
  commit(commit: Commit): Promise<void>;
}

/** What one commit of a lease stores. */
export interface Commit {
  /** Records that are done, each topic's in order and without gaps since the last acknowledged one. */
  readonly acknowledged: readonly Position[];
  readonly outputs: readonly NewRecord[];
  readonly state: readonly StateWrite[];
  /** Dedupe ids to remember. */
  readonly dedupeIds: readonly string[];
  /** A record that failed and will be tried again: its attempts so far are kept through a crash. */
  readonly failed?: { readonly record: Position; readonly attempts: number };
}

/** A null value deletes the key. Values are JSON texts. */
export interface StateWrite {
  readonly store: string;
  readonly key: string;
  readonly value: string | null;
}
