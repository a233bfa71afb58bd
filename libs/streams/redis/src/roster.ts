import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type GroupView, heartbeat } from './commands/group.ts';
import type { Context } from './context.ts';
import { groupKeys } from './keys.ts';

const maxPeriodMs = 1_000;

/** New at every start: a sleeping twin can never act under the same name. */
export function newMemberName(): string {
  return `${hostname().slice(0, 40)}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

export interface RosterOptions {
  readonly group: string;
  readonly member: string;
  readonly leaseMs: number;
  /** How many partition numbers the member can own. */
  readonly partitions: number;
  /** Called after each sign of life with what the group looks like; one call at a time. */
  readonly onView: (view: GroupView) => Promise<void>;
}

/** A member's signs of life, and its view of the group: looked at again at every change and every little while. */
export class Roster {
  readonly #context: Context;
  readonly #options: RosterOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #left = false;
  #stopListening: (() => void) | undefined;

  constructor(context: Context, options: RosterOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The first sign of life; throws when it fails. */
  async enter(): Promise<void> {
    const { group, leaseMs } = this.#options;
    this.#stopListening = await this.#context.announcements.listen(groupKeys(group).channel, () =>
      this.look(),
    );
    await this.#beat(leaseMs);
    this.look();
  }

  /** Looks now, or once more after the look under way. */
  look(): void {
    if (this.#left) return;
    if (this.#running !== undefined) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    const running = this.#look().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.look();
      }
    });
    this.#running = running;
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
    await this.#running;
    await this.#beat(0).catch(() => undefined);
  }

  async #look(): Promise<void> {
    const { leaseMs, onView } = this.#options;
    let next = Math.min(leaseMs / 3, maxPeriodMs);
    try {
      const view = await this.#beat(leaseMs);
      await onView(view);
      if (view.nextSilentMs !== undefined) next = Math.min(next, view.nextSilentMs + 1);
    } catch {
      next = Math.min(next, 200);
    }
    if (this.#left) return;
    this.#timer = setTimeout(() => this.look(), Math.max(10, next));
    this.#timer.unref();
  }

  #beat(ttlMs: number): Promise<GroupView> {
    const { group, member, partitions } = this.#options;
    return heartbeat(this.#context.client.connection(), groupKeys(group), { member, ttlMs, partitions });
  }
}
