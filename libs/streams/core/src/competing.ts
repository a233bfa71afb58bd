import type { Delivery, NewRecord, StoredRecord } from './record.ts';

/** A member of a competing group: it takes the next messages whoever published them, in no promised order. */
export interface CompetingMember extends AsyncDisposable {
  readonly member: string;
  /** Aborts when the member as a whole can no longer prove that it owns its claims. */
  readonly lost: AbortSignal;

  /**
   * Takes up to `max` messages and keeps them its own (by keep-alive) until acknowledged or released. Messages whose owner
   * fell silent for the lease time come first. Waits for at least one; empty once the signal aborts. Large messages come
   * a few at a time, as those of a lease do.
   */
  fetch(max: number, options: { readonly signal: AbortSignal }): Promise<Delivery[]>;

  /** Applies each commit whole or not at all; returns, in the order of the commits, whether it was still the owner. */
  commit(commits: readonly CompetingCommit[]): Promise<('committed' | 'fenced')[]>;

  /** Gives messages back untried, so that another member takes them at once. */
  release(deliveries: readonly Delivery[]): Promise<void>;
}

export interface CompetingCommit {
  readonly record: StoredRecord;
  readonly acknowledged: boolean;
  readonly outputs: readonly NewRecord[];
  /** With `acknowledged: false`: the attempts so far, kept through a crash. */
  readonly attempts?: number;
}
