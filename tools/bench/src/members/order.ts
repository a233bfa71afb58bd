export interface MemberOrder {
  readonly url: string;
  readonly namespace: string;
  readonly batch: number;
}

/** What a member tells: how many leases it holds now, or how many messages it has just settled. */
export interface FromMember {
  readonly leases?: number;
  readonly settled?: number;
}
