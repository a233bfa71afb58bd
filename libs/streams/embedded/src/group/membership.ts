import type { JoinOptions, Lease, Membership } from '@millrace/streams/driver';
import { MemberHealth, memberStates, Queue } from '@millrace/streams/driver';
import type { LogEngine } from '../log/log-engine.ts';
import type { LogTransaction } from '../log/log-transaction.ts';
import { monotonicNow } from './clock.ts';
import { Coordination, type JoiningMember, newMemberId } from './coordination.ts';
import type { Group } from './group-table.ts';
import { HeldLeases } from './held-leases.ts';
import type { EmbeddedLease } from './lease.ts';
import type { Tables } from './tables.ts';

const heartbeat = 'store its heartbeat';

interface Renewal {
  readonly now: number;
  readonly kept: ReadonlySet<EmbeddedLease>;
  readonly group: Group;
}

/** A member of a partitioned group: sends heartbeats, and follows the assignment. */
export class EmbeddedMembership implements Membership {
  readonly member: string;
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #coordination: Coordination;
  readonly #options: JoinOptions;
  readonly #heldLeases: HeldLeases;
  readonly #gained: Queue<Lease> = new Queue();
  readonly #states = memberStates();
  readonly #health: MemberHealth;
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #knownVersion: number | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    engine: LogEngine,
    tables: Tables,
    group: Group,
    joining: Omit<JoiningMember<JoinOptions>, 'leaving'>,
  ) {
    this.#engine = engine;
    this.#tables = tables;
    this.#coordination = new Coordination(engine, tables);
    this.#options = joining.options;
    this.member = joining.member;
    this.#heldLeases = new HeldLeases(
      { engine, tables, group, name: this.member, options: this.#options },
      { onGained: (lease) => this.#gained.push(lease), onAcquired: () => this.#refreshNow() },
    );
    const { translate, notify } = engine;
    this.#health = new MemberHealth({ group: group.name, member: this.member, translate, notify });
    this.#stopListening = engine.notifier.onCommit(() => this.#refresh());
    this.#timer = setInterval(() => this.#heartbeat(), this.#options.leaseMs / 3);
    this.#refresh();
  }

  static async join(
    engine: LogEngine,
    tables: Tables,
    name: string,
    options: JoinOptions,
  ): Promise<EmbeddedMembership> {
    const joining = { mode: 'partitioned', member: newMemberId(), options } as const;
    const coordination = new Coordination(engine, tables);
    const group = await engine.write((transaction) =>
      coordination.join(transaction, name, { ...joining, leaving: false }),
    );
    return new EmbeddedMembership(engine, tables, group, joining);
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    if (!this.#states.enter('leaving')) return;
    await this.#engine.write((transaction) =>
      this.#coordination.announceLeaving(transaction, this.#heldLeases.group, this.member),
    );
  }

  get closed(): boolean {
    return this.#states.is('closed');
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#states.enter('closed');
    clearInterval(this.#timer);
    clearTimeout(this.#deadline);
    this.#stopListening();
    this.#gained.close();
    await this.#sending;
    await this.#heldLeases.release();
    await this.#engine.write((transaction) =>
      this.#coordination.remove(transaction, this.#heldLeases.group, this.member),
    );
  }

  /** Cheap while nothing changed. */
  #refresh(): void {
    if (this.closed) return;
    try {
      const version = this.#tables.groups.version(this.#heldLeases.group.id);
      if (version === this.#knownVersion) return;
      this.#setDeadline(Math.min(this.#heldLeases.refresh(), this.#nextExpiry()));
      this.#knownVersion = version;
    } catch {
      // The heartbeat looks again, and its writes report what is wrong.
    }
  }

  #refreshNow(): void {
    this.#knownVersion = undefined;
    this.#refresh();
  }

  /** When the time of another member runs out unless it sends a heartbeat. */
  #nextExpiry(): number {
    const others = this.#tables.members
      .all(this.#heldLeases.group.id)
      .filter(({ name }) => name !== this.member)
      .map(({ expires }) => expires);
    return Math.min(Number.POSITIVE_INFINITY, ...others);
  }

  #setDeadline(at: number): void {
    clearTimeout(this.#deadline);
    const delay = Math.max(at - monotonicNow(), 0) + 2;
    if (delay < this.#options.leaseMs * 2) this.#deadline = setTimeout(() => this.#heartbeat(), delay);
  }

  #heartbeat(): void {
    if (this.#sending !== undefined) {
      // The last heartbeat is still not stored: what has run out cannot be proven any more.
      this.#loseExpired(this.#heldLeases.leases);
      return;
    }
    this.#sending = this.#sendHeartbeat().finally(() => {
      this.#sending = undefined;
      this.#refreshNow();
    });
  }

  async #sendHeartbeat(): Promise<void> {
    const held = this.#heldLeases.leases;
    try {
      const renewal = await this.#engine.write((transaction) => this.#renew(transaction, held), {
        urgent: true,
      });
      this.#health.worked(heartbeat);
      this.#rejoined(renewal.group);
      for (const lease of held) {
        if (renewal.kept.has(lease)) lease.renew(renewal.now + this.#options.leaseMs);
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
      this.#health.failed(heartbeat, error);
    }
  }

  #loseExpired(leases: readonly EmbeddedLease[]): void {
    const now = monotonicNow();
    for (const lease of leases) if (lease.expires < now) lease.runOut();
  }

  #renew(transaction: LogTransaction, held: readonly EmbeddedLease[]): Renewal {
    const { members, leases } = this.#tables;
    const { member } = this;
    const options = this.#options;
    const now = monotonicNow();
    const known = members.renew(this.#heldLeases.group.id, member, now + options.leaseMs);
    // Unknown: this member was silent for so long that it was removed, or the group was deleted meanwhile.
    const group = known ? this.#heldLeases.group : this.#rejoin(transaction);
    const deadline = { duration: options.leaseMs, now };
    const kept = held.filter((lease) => leases.renew(group.id, lease.partition, lease.token, deadline));
    this.#coordination.evictExpired(transaction, group);
    return { now, kept: new Set(kept), group };
  }

  #rejoin(transaction: LogTransaction): Group {
    const joining = { mode: 'partitioned', member: this.member, options: this.#options } as const;
    return this.#coordination.join(transaction, this.#heldLeases.group.name, {
      ...joining,
      leaving: this.#states.is('leaving'),
    });
  }

  #rejoined(group: Group): void {
    if (this.#heldLeases.group.id === group.id) return;
    this.#heldLeases.moveTo(group);
    this.#engine.notify({
      kind: 'group-recreated',
      message: `Group ${group.name} had been deleted: it begins again at its configured start`,
      details: { group: group.name },
    });
  }
}
