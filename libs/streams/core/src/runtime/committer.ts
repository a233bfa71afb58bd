import type { Commit, Lease } from '../lease.ts';
import type { StoredRecord } from '../record.ts';
import { type HandlerResult, PendingCommit } from './outcome.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';
import { stubbornly } from './stubborn.ts';

/**
 * Commits a lease's outcomes in order, one step at a time. While one step is on its way the next outcomes gather,
 * so that a lone message commits at once and a flood commits in large steps.
 */
export class Committer {
  readonly #settings: Settings;
  readonly #lease: Lease;
  readonly #state: StateCache;
  readonly #onStored: (step: PendingCommit) => void;
  #staged = new PendingCommit();
  #running: Promise<void> | undefined;
  #inFlight = 0;
  #error: unknown;

  constructor(settings: Settings, lease: Lease, state: StateCache, onStored: (step: PendingCommit) => void) {
    this.#settings = settings;
    this.#lease = lease;
    this.#state = state;
    this.#onStored = onStored;
  }

  /** Records staged or on their way. */
  get unsettled(): number {
    return this.#staged.settled.length + this.#inFlight;
  }

  /** Whether what is staged, and so many bytes more, fill a step. */
  full(more: number): boolean {
    return this.#staged.bytes + more >= this.#settings.batchBytes;
  }

  add(outcome: HandlerResult): void {
    this.#staged.add(outcome);
  }

  /** Starts a commit of what is staged, unless one is on its way: that one goes on with it. Errors appear in `flush` and `room`. */
  kick(): void {
    if (this.#running || this.#error !== undefined || this.#staged.empty) return;
    this.#running = this.#drain();
  }

  /** Waits until fewer than `limit` records are unsettled, and what is staged does not fill a step. */
  async room(limit: number): Promise<void> {
    while (this.unsettled >= limit || this.full(0)) {
      this.#rethrow();
      this.kick();
      await this.#running;
    }
    this.#rethrow();
  }

  /** Waits until what is staged does not fill a step. */
  async roomForBytes(): Promise<void> {
    if (this.full(0)) await this.room(Number.POSITIVE_INFINITY);
  }

  /** Commits everything staged, and the attempts of a failed record with it. */
  async flush(failed?: { readonly record: StoredRecord; readonly attempts: number }): Promise<void> {
    await this.room(1);
    if (failed) await this.#store(new PendingCommit(), failed);
    this.#rethrow();
  }

  async #drain(): Promise<void> {
    try {
      while (!this.#staged.empty) {
        const step = this.#staged;
        this.#staged = new PendingCommit();
        this.#inFlight = step.settled.length;
        await this.#store(step);
        this.#inFlight = 0;
        this.#onStored(step);
      }
    } catch (error) {
      this.#error = error;
    } finally {
      this.#running = undefined;
    }
  }

  async #store(staged: PendingCommit, failed?: Commit['failed']): Promise<void> {
    const started = performance.now();
    const writes = staged.writes;
    const outputs = await this.#stubbornly(() => this.#settings.router.assign(staged.outputs));
    const together = this.#settings.delivery === 'exactly-once';
    if (!together && outputs.length > 0) {
      await this.#stubbornly(() => this.#settings.driver.append(outputs, { acks: this.#settings.acks }));
    }
    const step: Commit = {
      acknowledged: staged.settled,
      outputs: together ? outputs : [],
      state: writes,
      dedupeIds: staged.seen,
      ...(failed ? { failed } : {}),
    };
    await this.#stubbornly(() => this.#lease.commit(step));
    this.#state.committed(writes);
    this.#settings.observer.committed?.({
      group: this.#settings.group,
      records: staged.settled,
      outputs: outputs.length,
      durationMs: performance.now() - started,
    });
  }

  /** For as long as the lease is ours. */
  #stubbornly<Result>(work: () => Promise<Result>): Promise<Result> {
    return stubbornly(this.#settings, this.#lease.lost, work);
  }

  #rethrow(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}
