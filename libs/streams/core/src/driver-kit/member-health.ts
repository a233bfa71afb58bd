import type { Notice } from '../driver.ts';
import type { StreamsError } from '../errors.ts';

export interface MemberHealthOptions {
  readonly group: string;
  readonly member: string;
  /**
   * Milliseconds that a backend may be away before the member is reported to be degraded: that the connection is gone is
   * reported by itself. Default: 0.
   */
  readonly toleratedOutageMs?: number;
  /** Any error as the library's; `doing` begins its sentence. */
  readonly translate: (error: unknown, doing: string) => StreamsError;
  readonly notify: (notice: Notice) => void;
}

/**
 * What a member does in the background (heartbeats, renewals, taking leases) fails where nobody waits for it. Reports once
 * that something fails, and once that everything works again.
 */
export class MemberHealth {
  readonly #options: MemberHealthOptions;
  /** The kinds of work that fail, by the time of their first failure in a row. */
  readonly #failing = new Map<string, number>();
  #reported = false;
  #left = false;

  constructor(options: MemberHealthOptions) {
    this.#options = options;
  }

  /** `work` completes the sentence "the member cannot …"; `begun`: when the attempt began, by `performance.now()`. */
  failed(work: string, cause: unknown, begun: number = performance.now()): void {
    const { group, member, toleratedOutageMs = 0, translate, notify } = this.#options;
    const now = performance.now();
    const since = this.#failing.get(work) ?? begun;
    this.#failing.set(work, since);
    const error = translate(cause, `group ${group} cannot ${work}`);
    if (this.#left || this.#reported || (error.code === 'UNAVAILABLE' && now - since < toleratedOutageMs))
      return;
    this.#reported = true;
    notify({
      kind: 'group-degraded',
      message: `the member ${member} of group ${group} cannot ${work}, retrying: ${error.message}`,
      details: { group, member, work, code: error.code },
    });
  }

  /** The work is done, or is not this member's any more. */
  worked(work: string): void {
    this.#failing.delete(work);
    if (this.#left || !this.#reported || this.#failing.size > 0) return;
    this.#reported = false;
    const { group, member, notify } = this.#options;
    notify({
      kind: 'group-recovered',
      message: `the member ${member} of group ${group} does all its work again`,
      details: { group, member },
    });
  }

  /** The member leaves: from now on nothing is reported, for work that it gives away is no recovery. */
  leave(): void {
    this.#left = true;
  }
}
