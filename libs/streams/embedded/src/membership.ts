import { randomUUID } from 'node:crypto';
import type { JoinOptions, Lease, Membership, StreamsError } from '@millrace/streams';
import { monotonicNow } from './clock.ts';
import { Coordination, type Entry } from './coordination.ts';
import type { Engine } from './engine.ts';
import type { Group } from './group-table.ts';
import { Holdings } from './holdings.ts';
import type { EmbeddedLease } from './lease.ts';
import { LeaseQueue } from './lease-queue.ts';
import type { LogTransaction } from './log-transaction.ts';
import type { Tables } from './tables.ts';

interface Renewal {
  readonly now: number;
  readonly kept: ReadonlySet<EmbeddedLease>;
  readonly group: Group;
}

/** A member of a partitioned group: shows that it lives, and follows the assignment. */
export class EmbeddedMembership implements Membership {
  readonly member: string;
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #options: JoinOptions;
  readonly #holdings: Holdings;
  readonly #gained: LeaseQueue = new LeaseQueue();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #leaving = false;
  /** The last heartbeat was not stored, and that is told. */
  #failing = false;
  #seenVersion: number | undefined;
  #alarm: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    tables: Tables,
    group: Group,
    entry: Omit<Entry<JoinOptions>, 'leaving'>,
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#options = entry.options;
    this.member = entry.member;
    this.#holdings = new Holdings(
      { engine, tables, group, member: this.member, options: this.#options },
      { onGained: (lease) => this.#gained.push(lease), onTaken: () => this.#lookAgain() },
    );
    this.#stopListening = engine.news.onNews(() => this.#look());
    this.#heartbeat = setInterval(() => this.#beat(), this.#options.leaseMs / 3);
    this.#look();
  }

  static async join(
    engine: Engine,
    tables: Tables,
    name: string,
    options: JoinOptions,
  ): Promise<EmbeddedMembership> {
    const entry = { mode: 'partitioned', member: memberName(), options } as const;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) =>
      coordination.enter(transaction, name, { ...entry, leaving: false }),
    );
    return new EmbeddedMembership(engine, tables, group, entry);
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    if (this.#closed !== undefined || this.#leaving) return;
    this.#leaving = true;
    await this.#engine.write((transaction) =>
      this.#coordination.announceLeaving(transaction, this.#holdings.group, this.member),
    );
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#alarm);
    this.#stopListening();
    this.#gained.close();
    await this.#beating;
    await this.#holdings.release();
    await this.#engine.write((transaction) =>
      this.#coordination.remove(transaction, this.#holdings.group, this.member),
    );
  }

  /** Cheap while nothing changed. */
  #look(): void {
    if (this.#closed !== undefined) return;
    try {
      const version = this.#tables.groups.version(this.#holdings.group.id);
      if (version === this.#seenVersion) return;
      this.#setAlarm(Math.min(this.#holdings.compare(), this.#nextSilence()));
      this.#seenVersion = version;
    } catch {
      // The heartbeat looks again, and its writes report what is wrong.
    }
  }

  #lookAgain(): void {
    this.#seenVersion = undefined;
    this.#look();
  }

  /** When the time of another member runs out unless it shows life. */
  #nextSilence(): number {
    const others = this.#tables.members
      .all(this.#holdings.group.id)
      .filter(({ name }) => name !== this.member)
      .map(({ expires }) => expires);
    return Math.min(Number.POSITIVE_INFINITY, ...others);
  }

  #setAlarm(at: number): void {
    clearTimeout(this.#alarm);
    const delay = Math.max(at - monotonicNow(), 0) + 2;
    if (delay < this.#options.leaseMs * 2) this.#alarm = setTimeout(() => this.#beat(), delay);
  }

  #beat(): void {
    if (this.#beating !== undefined) {
      // The last sign of life is still not stored: what has run out cannot be proven any more.
      this.#loseExpired(this.#holdings.leases);
      return;
    }
    this.#beating = this.#showLife().finally(() => {
      this.#beating = undefined;
      this.#lookAgain();
    });
  }

  async #showLife(): Promise<void> {
    const held = this.#holdings.leases;
    try {
      const renewal = await this.#engine.write((transaction) => this.#renew(transaction, held), {
        urgent: true,
      });
      this.#reportRecovery();
      this.#enteredAs(renewal.group);
      for (const lease of held) {
        if (renewal.kept.has(lease)) lease.prolong(renewal.now + this.#options.leaseMs);
        else lease.lose();
      }
    } catch (error) {
      // Nobody can prove anything any more in files that are not the log's.
      const problem = this.#engine.problem();
      if (problem !== undefined) {
        this.#gained.fail(problem);
        for (const lease of held) lease.lose();
        return;
      }
      this.#loseExpired(held);
      this.#reportFailure(this.#engine.translate(error));
    }
  }

  /** Once, not at every heartbeat. */
  #reportFailure(error: StreamsError): void {
    if (this.#failing) return;
    this.#failing = true;
    const { name } = this.#holdings.group;
    this.#engine.notify({
      kind: 'group-degraded',
      message: `The heartbeat of member ${this.member} of group ${name} fails: ${error.message}`,
      details: { group: name, code: error.code },
    });
  }

  #reportRecovery(): void {
    if (!this.#failing) return;
    this.#failing = false;
    const { name } = this.#holdings.group;
    this.#engine.notify({
      kind: 'group-recovered',
      message: `The heartbeat of member ${this.member} of group ${name} is stored again`,
      details: { group: name },
    });
  }

  #loseExpired(leases: readonly EmbeddedLease[]): void {
    const now = monotonicNow();
    for (const lease of leases) if (lease.expires < now) lease.lose();
  }

  #renew(transaction: LogTransaction, held: readonly EmbeddedLease[]): Renewal {
    const { members, leases } = this.#tables;
    const { member } = this;
    const options = this.#options;
    const now = monotonicNow();
    const known = members.renew(this.#holdings.group.id, member, now + options.leaseMs);
    // Unknown: this member was silent for so long that it was removed, or the group was deleted meanwhile.
    const group = known ? this.#holdings.group : this.#enterAgain(transaction);
    const deadline = { duration: options.leaseMs, now };
    const kept = held.filter((lease) => leases.renew(group.id, lease.partition, lease.token, deadline));
    this.#coordination.evictSilent(transaction, group);
    return { now, kept: new Set(kept), group };
  }

  #enterAgain(transaction: LogTransaction): Group {
    const entry = { mode: 'partitioned', member: this.member, options: this.#options } as const;
    return this.#coordination.enter(transaction, this.#holdings.group.name, {
      ...entry,
      leaving: this.#leaving,
    });
  }

  #enteredAs(group: Group): void {
    if (this.#holdings.group.id === group.id) return;
    this.#holdings.moveTo(group);
    this.#engine.notify({
      kind: 'group-recreated',
      message: `Group ${group.name} had been deleted: it begins again at its configured start`,
      details: { group: group.name },
    });
  }
}

/** New at every start. */
export function memberName(): string {
  return `${process.pid}-${randomUUID().slice(0, 8)}`;
}
