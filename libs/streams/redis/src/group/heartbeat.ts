import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type GroupView, heartbeat } from '../commands/group.ts';
import type { DriverContext } from '../context.ts';
import { noReply } from '../errors.ts';
import { groupKeys } from '../keys.ts';
import type { LeaseTime } from './lease-time.ts';
import type { MemberHealth } from './member-health.ts';

const maxPeriodMs = 1_000;
const retryMs = 200;

/** New at every start: a paused old process cannot reuse the name. */
export function newMemberName(): string {
  return `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

export interface GroupHeartbeatOptions {
  readonly group: string;
  readonly member: string;
  readonly leaseMs: number;
  readonly leaseTime: LeaseTime;
  readonly health: MemberHealth;
  /** How many partition numbers the member can own. */
  readonly partitions: number;
  /** Called after heartbeats with the state of the group; one call at a time, the latest state counts. */
  readonly onView: (view: GroupView) => Promise<void>;
}

/** A member's heartbeat, and its view of the group: refreshed at every change and periodically. */
export class GroupHeartbeat {
  readonly #context: DriverContext;
  readonly #options: GroupHeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  #applying: Promise<void> | undefined;
  #latest: GroupView | undefined;
  #again = false;
  /** When the last heartbeat was confirmed. */
  #sent = 0;
  #left = false;
  #stopListening: (() => void) | undefined;

  constructor(context: DriverContext, options: GroupHeartbeatOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The first heartbeat; throws when it fails. */
  async start(): Promise<void> {
    const { group, leaseTime } = this.#options;
    this.#stopListening = await this.#context.groupChanges.listen(groupKeys(group).channel, () =>
      this.refresh(),
    );
    await this.#send(leaseTime.ms);
    this.refresh();
  }

  /** Refreshes now, or once more after the refresh under way. */
  refresh(due: number = performance.now()): void {
    if (this.#left) return;
    if (this.#refreshing !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#refreshing = this.#refresh(due).finally(() => {
      this.#refreshing = undefined;
      if (this.#again) {
        this.#again = false;
        this.refresh();
      }
    });
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    await this.#refreshing;
    await this.#applying;
    await this.#send(0).catch(() => undefined);
  }

  async #refresh(due: number): Promise<void> {
    const { leaseMs, leaseTime, health } = this.#options;
    let next = Math.min(leaseMs / 3, maxPeriodMs);
    const begun = performance.now();
    const silence = this.#reportSilence(begun);
    try {
      const view = await this.#send(leaseTime.ms);
      this.#sent = performance.now();
      health.worked('send its heartbeat');
      leaseTime.observe(performance.now() - due);
      this.#apply(view);
      if (view.nextSilentMs !== undefined) next = Math.min(next, view.nextSilentMs + 1);
    } catch (error) {
      if (!this.#left) health.failed('send its heartbeat', error, begun);
      next = Math.min(next, retryMs);
    } finally {
      clearTimeout(silence);
    }
    this.#refreshIn(Math.max(10, next));
  }

  /** A reply that is not there within the lease time is reported before the connection is given up. */
  #reportSilence(begun: number): NodeJS.Timeout {
    const { leaseMs, health } = this.#options;
    const timer = setTimeout(() => {
      // After a stall of this process the reply may lie in the socket already.
      setImmediate(() => {
        if (this.#left || this.#sent > begun) return;
        health.failed('send its heartbeat', noReply(leaseMs), begun);
      });
    }, leaseMs);
    return timer.unref();
  }

  #refreshIn(milliseconds: number): void {
    if (this.#left) return;
    clearTimeout(this.#timer);
    const due = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.refresh(due), milliseconds);
    this.#timer.unref();
  }

  /** Apart from the heartbeat: what a new view leads to may take longer than others wait for heartbeats. */
  #apply(view: GroupView): void {
    this.#latest = view;
    this.#applying ??= this.#applyAll().finally(() => {
      this.#applying = undefined;
    });
  }

  async #applyAll(): Promise<void> {
    const { health, onView } = this.#options;
    for (let view = this.#latest; view && !this.#left; view = this.#latest) {
      this.#latest = undefined;
      try {
        await onView(view);
        health.worked('assign partitions');
      } catch (error) {
        if (!this.#left) health.failed('assign partitions', error);
        this.#refreshIn(retryMs);
      }
    }
  }

  #send(ttlMs: number): Promise<GroupView> {
    const { group, member, partitions } = this.#options;
    return heartbeat(this.#context.client.connection(), groupKeys(group), { member, ttlMs, partitions });
  }
}
