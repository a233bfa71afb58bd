import type { StreamsError } from './errors.ts';

/** A group member at work. */
export interface Running extends AsyncDisposable {
  readonly group: string;
  /** Another one after a competing member was silent for longer than its lease time: it enters the group again. */
  readonly member: string;
  /** Partition numbers held now; empty in competing groups. */
  leases(): readonly number[];
  /** What went wrong last, outside the handlers; undefined when nothing has. It stays after a recovery: `state` says how it is now. */
  lastError(): StreamsError | undefined;
  /** `joining` until the first assignment or, in competing mode, the first successful fetch call; `degraded` while something has to be tried again: a backend or a handler's database that is away, a commit, a lease that cannot be had. */
  state(): 'joining' | 'running' | 'degraded' | 'stopping' | 'stopped' | 'failed';
  /** Resolves once everything stored in the group's topics when it was called is acknowledged, by whichever member. */
  caughtUp(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Resolves after a stop, rejects when the group ended by itself. */
  readonly finished: Promise<void>;
  /** Drains: no new messages, handlers in flight finish within the grace period and commit, then the group is left. Idempotent. */
  stop(): Promise<void>;
}
