import { type Acquisition, acquire, type Claimant } from './acquire.ts';
import { monotonicNow } from './clock.ts';
import type { Group } from './group-table.ts';
import { EmbeddedLease } from './lease.ts';
import { isFree, type LeaseRow } from './lease-table.ts';

/** The leases of one member: it takes those assigned to it and lets go of those that no longer are. */
export class Holdings {
  readonly #onGained: (lease: EmbeddedLease) => void;
  /** The assignment may have changed while leases were being taken. */
  readonly #onTaken: () => void;
  readonly #held: Map<number, EmbeddedLease> = new Map();
  #claimant: Claimant;
  #acquiring: Promise<void> | undefined;

  constructor(
    claimant: Claimant,
    listener: { readonly onGained: (lease: EmbeddedLease) => void; readonly onTaken: () => void },
  ) {
    this.#claimant = claimant;
    this.#onGained = listener.onGained;
    this.#onTaken = listener.onTaken;
  }

  get group(): Group {
    return this.#claimant.group;
  }

  get leases(): readonly EmbeddedLease[] {
    return [...this.#held.values()];
  }

  /** The group was deleted and made again under another id. */
  moveTo(group: Group): void {
    this.#claimant = { ...this.#claimant, group };
  }

  /**
   * Compares what is held with what the assignment says. Answers when to look again at the latest, on the monotonic
   * clock: when the time of somebody who stands in the way runs out.
   */
  compare(): number {
    const { tables, group, member } = this.#claimant;
    const now = monotonicNow();
    const wanted: number[] = [];
    let lookAgain = Number.POSITIVE_INFINITY;
    for (const row of tables.leases.all(group.id)) {
      const lease = this.#held.get(row.number);
      if (lease !== undefined) review(lease, row, member);
      if (row.assigned !== member || this.#held.has(row.number)) continue;
      if (isFree(row, now)) wanted.push(row.number);
      else lookAgain = Math.min(lookAgain, row.expires);
    }
    if (wanted.length > 0) this.#acquiring ??= this.#acquire(wanted);
    return lookAgain;
  }

  /** Gives back everything that is still held. */
  async release(): Promise<void> {
    await this.#acquiring;
    await Promise.allSettled(this.leases.map((lease) => lease[Symbol.asyncDispose]()));
  }

  async #acquire(numbers: readonly number[]): Promise<void> {
    const claimant = this.#claimant;
    try {
      const gained = await claimant.engine.write(
        () => numbers.flatMap((number) => acquire(claimant, number) ?? []),
        { urgent: true },
      );
      for (const acquisition of gained) this.#gain(claimant, acquisition);
    } catch {
      // The next heartbeat compares again.
    } finally {
      this.#acquiring = undefined;
    }
    this.#onTaken();
  }

  #gain(claimant: Claimant, { number, epoch, token, topics, expires }: Acquisition): void {
    const { engine, tables, group, options } = claimant;
    const onGone = (gone: EmbeddedLease) => {
      if (this.#held.get(number) === gone) this.#held.delete(number);
    };
    const context = { engine, tables, group, number, epoch, token, options, topics, onGone };
    const lease = new EmbeddedLease(context, expires);
    this.#held.set(number, lease);
    this.#onGained(lease);
  }
}

function review(lease: EmbeddedLease, row: LeaseRow, member: string): void {
  if (row.token !== lease.token) lease.lose();
  else if (row.assigned !== member) lease.recall();
}
