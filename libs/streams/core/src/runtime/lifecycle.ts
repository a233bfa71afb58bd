import { StateTable, type Transitions } from '../driver-kit/state-table.ts';
import { type StreamsError, toStreamsError } from '../errors.ts';
import type { Running } from '../running.ts';
import { raceWithAbort } from '../signals.ts';
import type { Health } from './health.ts';

type MemberState = Exclude<ReturnType<Running['state']>, 'degraded'>;

/** `degraded` is `joining` or `running` while something fails and is retried. */
const transitions: Transitions<MemberState> = {
  joining: ['running', 'stopping', 'stopped', 'failed'],
  running: ['stopping', 'stopped', 'failed'],
  stopping: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

/** The life of a group member: what it holds, when it stops, how it ends. */
export class Lifecycle {
  readonly #group: string;
  readonly #graceMs: number;
  readonly #health: Health;
  readonly #stopFetching = new AbortController();
  readonly #abortHandlers = new AbortController();
  /** By partition, how many of its leases are worked: the next one may begin before the last is given back. */
  readonly #leases = new Map<number, number>();
  readonly #states = new StateTable<MemberState>(transitions, 'joining');
  #error: StreamsError | undefined;

  constructor(group: string, graceMs: number, health: Health) {
    this.#group = group;
    this.#graceMs = graceMs;
    this.#health = health;
  }

  /** Aborts when nothing new may be begun. */
  get stopFetching(): AbortSignal {
    return this.#stopFetching.signal;
  }

  /** Aborts when the grace period is over or the group failed. */
  get abortHandlers(): AbortSignal {
    return this.#abortHandlers.signal;
  }

  get state(): ReturnType<Running['state']> {
    const working = this.#states.is('joining', 'running');
    return working && this.#health.degraded ? 'degraded' : this.#states.state;
  }

  get leases(): readonly number[] {
    return [...this.#leases.keys()].sort((a, b) => a - b);
  }

  gained(partition: number): void {
    this.#leases.set(partition, (this.#leases.get(partition) ?? 0) + 1);
    this.running();
  }

  ended(partition: number): void {
    const left = (this.#leases.get(partition) ?? 0) - 1;
    if (left > 0) this.#leases.set(partition, left);
    else this.#leases.delete(partition);
  }

  running(): void {
    this.#states.enter('running');
  }

  stop(): void {
    if (!this.#states.enter('stopping') || this.#stopFetching.signal.aborted) return;
    this.#stopFetching.abort();
    const timer = setTimeout(() => this.#abortHandlers.abort(), this.#graceMs);
    timer.unref();
  }

  /** Ends the whole group; the first error counts. While stopping, an outage only leaves work for others. */
  fail(cause: unknown): void {
    const error = toStreamsError(cause, 'INTERNAL', `group ${this.#group} failed`);
    if (this.#stopFetching.signal.aborted && error.retryable) return;
    if (!this.#error) {
      this.#error = error;
      this.#health.fail(error);
    }
    this.#stopFetching.abort();
    this.#abortHandlers.abort();
  }

  /** What `finished` becomes. */
  end(): void {
    this.#states.enter(this.#error ? 'failed' : 'stopped');
    if (this.#error) throw this.#error;
  }

  /** A signal that follows another one after the grace period. */
  graceAfter(signal: AbortSignal): AbortSignal {
    const grace = new AbortController();
    const begin = (): void => {
      setTimeout(() => grace.abort(), this.#graceMs).unref();
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true });
    return grace.signal;
  }

  /** The work's end, or an end to waiting for it: handlers that ignore their signal must not hold the group for ever. */
  async withGracePeriod(work: Promise<void>, abortHandlers: AbortSignal): Promise<void> {
    if (await raceWithAbort(work, abortHandlers)) return work;
    const lastChance = AbortSignal.timeout(lastChanceMs);
    if (await raceWithAbort(work, lastChance)) return work;
    work.catch(() => undefined);
  }
}

/** How long handlers get to notice that they were aborted. */
const lastChanceMs = 250;
