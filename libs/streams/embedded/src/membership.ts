import { randomUUID } from 'node:crypto';
import type { JoinOptions, Lease, Membership } from '@millrace/streams';
import { type Acquisition, acquire, type Claimant } from './acquire.ts';
import { monotonicNow } from './clock.ts';
import { Coordination } from './coordination.ts';
import type { Engine } from './engine.ts';
import type { Group } from './group-table.ts';
import { EmbeddedLease } from './lease.ts';
import { LeaseQueue } from './lease-queue.ts';
import { isFree, type LeaseRow } from './lease-table.ts';
import type { LogTransaction } from './log-transaction.ts';
import type { Tables } from './tables.ts';

/** A member of a partitioned group: it shows that it lives, takes the leases assigned to it and gives back the others. */
export class EmbeddedMembership implements Membership {
  readonly member: string;
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #options: JoinOptions;
  readonly #held: Map<number, EmbeddedLease> = new Map();
  readonly #gained: LeaseQueue = new LeaseQueue();
  readonly #onClosed: () => void;
  #group: Group;
  #seenVersion: number | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #acquiring: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    tables: Tables,
    joined: {
      readonly group: Group;
      readonly member: string;
      readonly options: JoinOptions;
      readonly onClosed: () => void;
    },
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#group = joined.group;
    this.member = joined.member;
    this.#options = joined.options;
    this.#onClosed = joined.onClosed;
  }

  static async join(
    engine: Engine,
    tables: Tables,
    name: string,
    options: JoinOptions,
    onClosed: (membership: EmbeddedMembership) => void,
  ): Promise<EmbeddedMembership> {
    const member = `${process.pid}-${randomUUID().slice(0, 8)}`;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) =>
      coordination.enter(transaction, name, { mode: 'partitioned', member, options }),
    );
    const membership: EmbeddedMembership = new EmbeddedMembership(engine, tables, {
      group,
      member,
      options,
      onClosed: () => onClosed(membership),
    });
    membership.#start();
    return membership;
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    if (this.#closed !== undefined) return;
    await this.#engine.write((transaction) =>
      this.#coordination.announceLeaving(transaction, this.#group, this.member),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #start(): void {
    this.#stopListening = this.#engine.news.onNews(() => this.#look());
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.leaseMs / 3);
    this.#look();
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#alarm);
    this.#stopListening?.();
    this.#gained.close();
    await Promise.allSettled([this.#beating, this.#acquiring]);
    await Promise.allSettled([...this.#held.values()].map((lease) => lease[Symbol.asyncDispose]()));
    try {
      await this.#engine.write((transaction) =>
        this.#coordination.remove(transaction, this.#group, this.member),
      );
    } finally {
      this.#onClosed();
    }
  }

  /** Compares what this member holds with what the assignment says. Cheap while nothing changed. */
  #look(): void {
    if (this.#closed !== undefined) return;
    try {
      const version = this.#tables.groups.version(this.#group.id);
      if (version === this.#seenVersion) return;
      this.#seenVersion = version;
      this.#compare();
    } catch {
      // The heartbeat tries again and reports.
      this.#seenVersion = undefined;
    }
  }

  #compare(): void {
    const now = monotonicNow();
    const wanted: number[] = [];
    let alarm = Number.POSITIVE_INFINITY;
    for (const row of this.#tables.leases.all(this.#group.id)) {
      const lease = this.#held.get(row.number);
      if (lease !== undefined) this.#review(lease, row);
      if (row.assigned !== this.member || this.#held.has(row.number) || this.#acquiring !== undefined)
        continue;
      if (isFree(row, now)) wanted.push(row.number);
      else alarm = Math.min(alarm, row.expires);
    }
    for (const member of this.#tables.members.all(this.#group.id)) {
      if (member.name !== this.member) alarm = Math.min(alarm, member.expires);
    }
    this.#setAlarm(alarm - now);
    if (wanted.length > 0) this.#acquireOnce(wanted);
  }

  /** One acquisition at a time: a second one under way would take the lease from this member's own hands. */
  #acquireOnce(wanted: readonly number[]): void {
    if (this.#acquiring !== undefined) return;
    this.#acquiring = this.#acquire(wanted).finally(() => {
      this.#acquiring = undefined;
      this.#look();
    });
  }

  #review(lease: EmbeddedLease, row: LeaseRow): void {
    if (row.token !== lease.token) lease.lose();
    else if (row.assigned !== this.member) lease.recall();
  }

  /** When somebody's time runs out: looks whether it went silent. */
  #setAlarm(delay: number): void {
    clearTimeout(this.#alarm);
    if (!Number.isFinite(delay)) return;
    this.#alarm = setTimeout(() => this.#beat(), Math.max(delay, 0) + 2);
  }

  async #acquire(numbers: readonly number[]): Promise<void> {
    const claimant = this.#claimant();
    try {
      const gained = await this.#engine.write(
        () => numbers.flatMap((number) => acquire(claimant, number) ?? []),
        {
          urgent: true,
        },
      );
      for (const acquisition of gained) this.#gain(acquisition);
    } catch {
      // The next heartbeat looks again.
    } finally {
      this.#acquiring = undefined;
    }
    this.#look();
  }

  #gain({ number, epoch, token, topics, expires }: Acquisition): void {
    const { engine, tables, group, options } = this.#claimant();
    const onGone = (lease: EmbeddedLease) => {
      if (this.#held.get(number) === lease) this.#held.delete(number);
    };
    const lease = new EmbeddedLease(
      { engine, tables, group, number, epoch, token, options, topics, onGone },
      expires,
    );
    const earlier = this.#held.get(number);
    this.#held.set(number, lease);
    earlier?.lose();
    this.#gained.push(lease);
    this.#seenVersion = undefined;
  }

  #claimant(): Claimant {
    return {
      engine: this.#engine,
      tables: this.#tables,
      group: this.#group,
      member: this.member,
      options: this.#options,
    };
  }

  #beat(): void {
    const now = monotonicNow();
    if (this.#beating === undefined) {
      this.#beating = this.#showLife().finally(() => {
        this.#beating = undefined;
      });
      return;
    }
    // The last sign of life is still not stored: what has run out cannot be proven any more.
    for (const lease of this.#held.values()) if (lease.expires < now) lease.lose();
  }

  async #showLife(): Promise<void> {
    const held = [...this.#held.values()];
    try {
      const { now, kept, group } = await this.#engine.write((transaction) => this.#renew(transaction, held), {
        urgent: true,
      });
      this.#enteredAs(group);
      for (const lease of held) {
        if (kept.has(lease)) lease.prolong(now + this.#options.leaseMs);
        else lease.lose();
      }
    } catch {
      const now = monotonicNow();
      for (const lease of held) if (lease.expires < now) lease.lose();
    }
    this.#seenVersion = undefined;
    this.#look();
  }

  #renew(
    transaction: LogTransaction,
    held: readonly EmbeddedLease[],
  ): { readonly now: number; readonly kept: ReadonlySet<EmbeddedLease>; readonly group: Group } {
    const { members, leases } = this.#tables;
    const { member } = this;
    const options = this.#options;
    const now = monotonicNow();
    const deadline = { duration: options.leaseMs, now };
    const known = members.renew(this.#group.id, member, now + options.leaseMs);
    // Unknown: this member was silent for so long that it was removed, or the group was deleted meanwhile.
    const group = known
      ? this.#group
      : this.#coordination.enter(transaction, this.#group.name, { mode: 'partitioned', member, options });
    const kept = held.filter((lease) => leases.renew(group.id, lease.partition, lease.token, deadline));
    this.#coordination.evictSilent(transaction, group);
    return { now, kept: new Set(kept), group };
  }

  #enteredAs(group: Group): void {
    if (this.#group.id === group.id) return;
    this.#group = group;
    this.#engine.notify({
      kind: 'group-recreated',
      message: `Group ${group.name} had been deleted: it begins again at its configured start`,
      details: { group: group.name },
    });
  }
}
