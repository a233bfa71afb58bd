type Oldest = ReadonlySet<string>;

const none: Oldest = new Set();

/**
 * The leases of a member that ran out while its process lives, until they are given back. What was in flight had no attempt;
 * only what was the oldest in flight at the loss before too had one, for it may be what holds up the process.
 */
export class RunOutLeases<Lease extends { readonly partition: number }> {
  readonly #leases = new Map<number, Lease>();
  /** By partition, what was the oldest in flight when its last lease ran out. */
  readonly #oldest = new Map<number, Oldest>();

  add(lease: Lease): void {
    this.#leases.set(lease.partition, lease);
  }

  /**
   * Gives back the lease that the partition has here, if any: `give` gets what was the oldest at the loss before and returns
   * what is it now. Returns what to call once that is stored.
   */
  giveBack<Given>(
    partition: number,
    give: (lease: Lease, oldestBefore: Oldest) => Given,
  ): { readonly given: Given; readonly stored: (oldest: Oldest) => void } | undefined {
    const lease = this.#leases.get(partition);
    if (lease === undefined) return undefined;
    const given = give(lease, this.#oldest.get(partition) ?? none);
    const stored = (oldest: Oldest): void => {
      if (this.#leases.get(partition) !== lease) return;
      this.#leases.delete(partition);
      this.#oldest.set(partition, oldest);
    };
    return { given, stored };
  }
}
