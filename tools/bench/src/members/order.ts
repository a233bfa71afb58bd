export interface MemberOrder {
  readonly url: string;
  readonly namespace: string;
  readonly batch: number;
}

/** What a member tells: how many leases it holds now, how many messages it has just settled, or what was measured. */
export interface FromMember extends Measured {
  readonly leases?: number;
  readonly settled?: number;
}

/** What a member measures of itself. */
export interface Measured {
  /** Milliseconds from `run` to its last lease. */
  readonly joinMs?: number;
  /** Milliseconds and microseconds of processor time from the first message to the last commit. */
  readonly handledMs?: number;
  readonly handledUs?: number;
}
