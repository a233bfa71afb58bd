import { RunOutLeases } from '@millrace/streams/driver';
import { type AcquiredLease, acquire, type Member } from './acquire.ts';
import { monotonicNow } from './clock.ts';
import type { Group } from './group-table.ts';
import { EmbeddedLease } from './lease.ts';
import { isFree, type LeaseRow } from './lease-table.ts';

/** The leases of one member: it takes those assigned to it and revokes those that no longer are. */
export class HeldLeases {
  readonly #onGained: (lease: EmbeddedLease) => void;
  /** The assignment may have changed while leases were being taken. */
  readonly #onAcquired: () => void;
  readonly #held: Map<number, EmbeddedLease> = new Map();
  readonly #ranOut = new RunOutLeases<EmbeddedLease>();
  #member: Member;
  #acquiring: Promise<void> | undefined;

  constructor(
    member: Member,
    listener: { readonly onGained: (lease: EmbeddedLease) => void; readonly onAcquired: () => void },
  ) {
    this.#member = member;
    this.#onGained = listener.onGained;
    this.#onAcquired = listener.onAcquired;
  }

  get group(): Group {
    return this.#member.group;
  }

  get leases(): readonly EmbeddedLease[] {
    return [...this.#held.values()];
  }

  /** The group was deleted and made again under another id. */
  moveTo(group: Group): void {
    this.#member = { ...this.#member, group };
  }

  /**
   * Compares what is held with what the assignment says. Returns when to look again at the latest, on the monotonic
   * clock: when the time of somebody who stands in the way runs out.
   */
  refresh(): number {
    const { tables, group, name } = this.#member;
    const now = monotonicNow();
    const wanted: number[] = [];
    let refreshAt = Number.POSITIVE_INFINITY;
    for (const row of tables.leases.all(group.id)) {
      const lease = this.#held.get(row.number);
      if (lease !== undefined) review(lease, row, name);
      if (row.assigned !== name || this.#held.has(row.number)) continue;
      if (isFree(row, now)) wanted.push(row.number);
      else refreshAt = Math.min(refreshAt, row.expires);
    }
    if (wanted.length > 0) this.#acquiring ??= this.#acquire(wanted);
    return refreshAt;
  }

  /** Gives back everything that is still held. */
  async release(): Promise<void> {
    await this.#acquiring;
    await Promise.allSettled(this.leases.map((lease) => lease[Symbol.asyncDispose]()));
  }

  async #acquire(numbers: readonly number[]): Promise<void> {
    const member = this.#member;
    try {
      const gained = await member.engine.write(
        () =>
          numbers.flatMap((number) => {
            const late = this.#ranOut.giveBack(number, (lease, oldest) => lease.giveBackLate(oldest));
            const acquired = acquire(member, number);
            return acquired ? [{ acquired, late }] : [];
          }),
        { urgent: true },
      );
      for (const { acquired, late } of gained) {
        late?.stored(late.given);
        this.#gain(member, acquired);
      }
    } catch {
      // The next heartbeat compares again.
      return;
    } finally {
      this.#acquiring = undefined;
    }
    this.#onAcquired();
  }

  #gain(member: Member, { number, epoch, token, topics, expires }: AcquiredLease): void {
    const { engine, tables, group, options } = member;
    const onGone = (gone: EmbeddedLease) => {
      if (this.#held.get(number) !== gone) return;
      this.#held.delete(number);
      if (gone.ranOut) this.#ranOut.add(gone);
    };
    const context = { engine, tables, group, number, epoch, token, options, topics };
    const lease = new EmbeddedLease(context, { expires, onGone });
    this.#held.set(number, lease);
    this.#onGained(lease);
  }
}

function review(lease: EmbeddedLease, row: LeaseRow, member: string): void {
  if (row.token !== lease.token) lease.lose();
  else if (row.assigned !== member) lease.revoke();
}
