import { randomUUID } from 'node:crypto';
import { anySignal } from '@millrace/streams';
import type { JoinOptions, Lease, Membership } from '@millrace/streams/driver';
import { type DriverMember, Queue, retry } from '@millrace/streams/driver';
import type { WireLease } from '../protocol.ts';
import type { Context } from './context.ts';
import { Heartbeat } from './heartbeat.ts';
import { ExampleLease } from './lease.ts';
import { encodeStart } from './wire.ts';

/** A member of a partitioned group: it follows the assignment, and enters again when it was evicted. */
export class ExampleMembership implements Membership, DriverMember {
  readonly member: string = `${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #context: Context;
  readonly #group: string;
  readonly #options: JoinOptions;
  readonly #leases: Map<number, ExampleLease> = new Map();
  readonly #gained: Queue<Lease> = new Queue();
  readonly #stop: AbortController = new AbortController();
  #eviction: AbortController = new AbortController();
  #heartbeat: Heartbeat | undefined;
  #following: Promise<void> | undefined;
  #leaving = false;
  #closed: Promise<void> | undefined;

  private constructor(context: Context, group: string, options: JoinOptions) {
    this.#context = context;
    this.#group = group;
    this.#options = options;
  }

  static async join(context: Context, group: string, options: JoinOptions): Promise<ExampleMembership> {
    const membership = new ExampleMembership(context, group, options);
    await membership.#enter();
    const { leaseMs } = options;
    const onUnproven = (): void => membership.#eviction.abort();
    membership.#heartbeat = new Heartbeat(context.connection, membership.#name, { leaseMs, onUnproven });
    membership.#following = membership.#follow();
    return membership;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<Lease> {
    return this.#gained[Symbol.asyncIterator]();
  }

  async leave(): Promise<void> {
    if (this.#leaving) return;
    this.#leaving = true;
    await this.#context.connection.call('leave', this.#name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#heartbeat?.[Symbol.dispose]();
    this.#stop.abort();
    this.#gained.close();
    await this.#following;
    await Promise.all([...this.#leases.values()].map((lease) => lease[Symbol.asyncDispose]()));
    // Without a connection the server has removed the member already.
    await this.#context.connection.call('quit', this.#name).catch(() => undefined);
  }

  get #name(): { readonly group: string; readonly member: string } {
    return { group: this.#group, member: this.member };
  }

  async #enter(): Promise<void> {
    const { topics, start, leaseMs, maxInFlight, dedupeWindow } = this.#options;
    const options = { mode: 'partitioned', topics, leaseMs, maxInFlight, dedupeWindow } as const;
    await this.#context.connection.call('join', {
      ...this.#name,
      options: { ...options, start: encodeStart(start) },
    });
  }

  /** Until the member closes: gains and gives up leases as the server says. */
  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#followUntilEvicted();
      } catch {
        // The connection broke: the server has given the leases away.
      }
      if (this.#stop.signal.aborted) return;
      for (const lease of this.#leases.values()) lease.lose();
      this.#leases.clear();
      if (this.#leaving || !(await this.#enterAgain())) {
        this.#gained.close();
        return;
      }
    }
  }

  async #followUntilEvicted(): Promise<void> {
    this.#eviction = new AbortController();
    const signal = anySignal([this.#stop.signal, this.#eviction.signal]);
    for (let version = -1; !signal.aborted; ) {
      const assignment = await this.#context.connection.call(
        'assignment',
        { ...this.#name, version },
        signal,
      );
      if (signal.aborted || !assignment.known) return;
      version = assignment.version;
      this.#compare(assignment.leases);
    }
  }

  #compare(assigned: readonly WireLease[]): void {
    for (const [partition, lease] of this.#leases) {
      if (assigned.some(({ epoch }) => epoch === lease.epoch)) continue;
      lease.lose();
      this.#leases.delete(partition);
    }
    for (const each of assigned) {
      const held = this.#leases.get(each.partition) ?? this.#gain(each);
      if (each.revoked) held.revoke();
    }
  }

  #gain(assigned: WireLease): ExampleLease {
    const lease = new ExampleLease(this.#context, this.#group, assigned);
    this.#leases.set(assigned.partition, lease);
    this.#gained.push(lease);
    return lease;
  }

  /** False when no repetition helps, or the member closes. */
  async #enterAgain(): Promise<boolean> {
    const { notices } = this.#context;
    const details = { group: this.#group };
    let degraded = false;
    const onFailure = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      if (!degraded)
        notices.notify({
          kind: 'group-degraded',
          message: `group ${this.#group} cannot be joined: ${reason}`,
          details,
        });
      degraded = true;
    };
    try {
      await retry(() => this.#enter(), { signal: this.#stop.signal, onFailure });
    } catch (error) {
      onFailure(error);
      return false;
    }
    if (degraded)
      notices.notify({ kind: 'group-recovered', message: `group ${this.#group} is joined again`, details });
    return true;
  }
}
