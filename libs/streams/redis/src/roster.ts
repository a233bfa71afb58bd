import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type GroupView, heartbeat } from './commands/group.ts';
import type { Context } from './context.ts';
import { groupKeys } from './keys.ts';
import type { LeaseTime } from './lease-time.ts';
import type { MemberHealth } from './member-health.ts';

const maxPeriodMs = 1_000;
const retryMs = 200;

/** New at every start: a sleeping twin can never act under the same name. */
export function newMemberName(): string {
  return `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

export interface RosterOptions {
  readonly group: string;
  readonly member: string;
  readonly leaseMs: number;
  readonly leaseTime: LeaseTime;
  readonly health: MemberHealth;
  /** How many partition numbers the member can own. */
  readonly partitions: number;
  /** Called after signs of life with what the group looks like; one call at a time, the latest view counts. */
  readonly onView: (view: GroupView) => Promise<void>;
}

/** A member's signs of life, and its view of the group: looked at again at every change and every little while. */
export class Roster {
  readonly #context: Context;
  readonly #options: RosterOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #showing: Promise<void> | undefined;
  #unseen: GroupView | undefined;
  #again = false;
  #left = false;
  #stopListening: (() => void) | undefined;

  constructor(context: Context, options: RosterOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The first sign of life; throws when it fails. */
  async enter(): Promise<void> {
    const { group, leaseTime } = this.#options;
    this.#stopListening = await this.#context.announcements.listen(groupKeys(group).channel, () =>
      this.look(),
    );
    await this.#beat(leaseTime.ms);
    this.look();
  }

  /** Looks now, or once more after the look under way. */
  look(due: number = performance.now()): void {
    if (this.#left) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#look(due).finally(() => {
      this.#looking = undefined;
      if (this.#again) {
        this.#again = false;
        this.look();
      }
    });
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    await this.#looking;
    await this.#showing;
    await this.#beat(0).catch(() => undefined);
  }

  async #look(due: number): Promise<void> {
    const { leaseMs, leaseTime, health } = this.#options;
    let next = Math.min(leaseMs / 3, maxPeriodMs);
    try {
      const view = await this.#beat(leaseTime.ms);
      health.worked('send its heartbeat');
      leaseTime.observe(performance.now() - due);
      this.#show(view);
      if (view.nextSilentMs !== undefined) next = Math.min(next, view.nextSilentMs + 1);
    } catch (error) {
      if (!this.#left) health.failed('send its heartbeat', error);
      next = Math.min(next, retryMs);
    }
    this.#lookIn(Math.max(10, next));
  }

  #lookIn(milliseconds: number): void {
    if (this.#left) return;
    clearTimeout(this.#timer);
    const due = performance.now() + milliseconds;
    this.#timer = setTimeout(() => this.look(due), milliseconds);
    this.#timer.unref();
  }

  /** Apart from the signs of life: what a view leads to may take longer than others wait for those. */
  #show(view: GroupView): void {
    this.#unseen = view;
    this.#showing ??= this.#showAll().finally(() => {
      this.#showing = undefined;
    });
  }

  async #showAll(): Promise<void> {
    const { health, onView } = this.#options;
    for (let view = this.#unseen; view && !this.#left; view = this.#unseen) {
      this.#unseen = undefined;
      try {
        await onView(view);
        health.worked('assign partitions');
      } catch (error) {
        if (!this.#left) health.failed('assign partitions', error);
        this.#lookIn(retryMs);
      }
    }
  }

  #beat(ttlMs: number): Promise<GroupView> {
    const { group, member, partitions } = this.#options;
    return heartbeat(this.#context.client.connection(), groupKeys(group), { member, ttlMs, partitions });
  }
}
