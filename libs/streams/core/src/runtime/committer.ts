import type { StreamsError } from '../errors.ts';
import type { Commit, Lease } from '../lease.ts';
import type { StoredRecord } from '../record.ts';
import { isRefusal } from './dead-letter.ts';
import { type HandlerResult, PendingCommit } from './outcome.ts';
import { CommitRefused } from './refusals.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';

/** What becomes of a result that the backend refuses for good: others in its place, or a throw. */
type OnRefused = (result: HandlerResult, refusal: StreamsError) => readonly HandlerResult[];

export interface CommitterOptions {
  readonly onStored?: (stored: PendingCommit) => void;
  /** Default: throws CommitRefused, so that the message and all after it are handled again. */
  readonly onRefused?: OnRefused;
}

const handleAgain: OnRefused = (result, refusal) => {
  throw new CommitRefused(result.settled, refusal);
};

/**
 * Commits a lease's outcomes in order, one step at a time. While one step is on its way the next outcomes gather,
 * so that a lone message commits at once and a flood commits in large steps.
 */
export class Committer {
  readonly #settings: Settings;
  readonly #lease: Lease;
  readonly #state: StateCache;
  readonly #onStored: (stored: PendingCommit) => void;
  #staged = new PendingCommit();
  #running: Promise<void> | undefined;
  #inFlight = 0;
  #error: unknown;
  readonly #failed = new AbortController();
  readonly #onRefused: OnRefused;

  constructor(
    settings: Settings,
    lease: Lease,
    state: StateCache,
    { onStored = () => undefined, onRefused = handleAgain }: CommitterOptions = {},
  ) {
    this.#onRefused = onRefused;
    this.#settings = settings;
    this.#lease = lease;
    this.#state = state;
    this.#onStored = onStored;
  }

  /** Aborts when a commit failed for good, so that nobody waits for the next message to hear of it. */
  get failed(): AbortSignal {
    return this.#failed.signal;
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
        await this.#storeOrFind(step);
        this.#inFlight = 0;
      }
    } catch (error) {
      this.#error = error;
      this.#failed.abort();
    } finally {
      this.#running = undefined;
    }
  }

  /** A commit that is refused for one message's fault is halved until that message is found; those before it are stored. */
  async #storeOrFind(pending: PendingCommit): Promise<void> {
    try {
      await this.#store(pending);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { results } = pending;
      const [only] = results;
      if (only !== undefined && results.length === 1) {
        await this.#storeOrFind(PendingCommit.of(this.#insteadOf(only, error)));
        return;
      }
      const middle = results.length >> 1;
      await this.#storeOrFind(PendingCommit.of(results.slice(0, middle)));
      await this.#storeOrFind(PendingCommit.of(results.slice(middle)));
    }
  }

  #insteadOf(refused: HandlerResult, refusal: StreamsError): readonly HandlerResult[] {
    if (!refused.cutDown) return this.#onRefused(refused, refusal);
    const smaller = refused.cutDown(refusal);
    if (smaller === undefined) throw refusal;
    return [smaller];
  }

  async #store(staged: PendingCommit, failed?: Commit['failed']): Promise<void> {
    const started = performance.now();
    const writes = staged.writes;
    const outputs = await this.#retry(() => this.#settings.router.assign(staged.outputs));
    const together = this.#settings.delivery === 'exactly-once';
    if (!together && outputs.length > 0) {
      await this.#retry(() => this.#settings.driver.append(outputs, { acks: this.#settings.acks }));
    }
    const step: Commit = {
      acknowledged: staged.settled,
      outputs: together ? outputs : [],
      state: writes,
      dedupeIds: staged.seen,
      ...(failed ? { failed } : {}),
    };
    await this.#retry(() => this.#lease.commit(step));
    this.#state.committed(writes);
    this.#onStored(staged);
    this.#settings.observer.committed?.({
      group: this.#settings.group,
      records: staged.settled,
      outputs: outputs.length,
      durationMs: performance.now() - started,
    });
  }

  /** For as long as the lease is ours. */
  #retry<Result>(work: () => Promise<Result>): Promise<Result> {
    return retryWork(this.#settings, this.#lease.lost, work);
  }

  #rethrow(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}
