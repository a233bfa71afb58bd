import type { StreamsError } from '../errors.ts';
import type { Commit, Lease } from '../lease.ts';
import type { StoredRecord } from '../record.ts';
import { isRefusal } from './dead-letter.ts';
import { type HandlerResult, PendingCommit } from './handler-result.ts';
import { CommitRefused } from './refusals.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';
import type { StateCache } from './state-cache.ts';

/** What becomes of a result that the backend refuses for good: others in its place, or a throw. */
type OnRefused = (result: HandlerResult, refusal: StreamsError) => readonly HandlerResult[];

export interface CommitQueueOptions {
  readonly onStored?: (stored: PendingCommit) => void;
  /** Default: throws CommitRefused, so that the message and all after it are handled again. */
  readonly onRefused?: OnRefused;
}

const handleAgain: OnRefused = (result, refusal) => {
  throw new CommitRefused(result.acknowledged, refusal);
};

/**
 * Commits a lease's results in order, one commit at a time. While one commit is on its way the next results gather,
 * so that a lone message commits at once and a flood commits in large commits.
 */
export class CommitQueue {
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
    { onStored = () => undefined, onRefused = handleAgain }: CommitQueueOptions = {},
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
  get uncommitted(): number {
    return this.#staged.acknowledged.length + this.#inFlight;
  }

  /** Whether what is staged, and so many bytes more, fill a commit. */
  full(more: number): boolean {
    return this.#staged.bytes + more >= this.#settings.batchBytes;
  }

  add(result: HandlerResult): void {
    this.#staged.add(result);
  }

  /** Starts a commit of what is staged, unless one is on its way: that one goes on with it. Errors appear in `flush` and `room`. */
  startCommit(): void {
    if (this.#running || this.#error !== undefined || this.#staged.empty) return;
    this.#running = this.#commitPending();
  }

  /** Waits until fewer than `limit` records are unacknowledged, and what is staged does not fill a commit. */
  async waitForCapacity(limit: number): Promise<void> {
    while (this.uncommitted >= limit || this.full(0)) {
      this.#rethrow();
      this.startCommit();
      await this.#running;
    }
    this.#rethrow();
  }

  /** Waits until what is staged does not fill a commit. */
  async waitForByteCapacity(): Promise<void> {
    if (this.full(0)) await this.waitForCapacity(Number.POSITIVE_INFINITY);
  }

  /** Commits everything staged, and the attempts of a failed record with it. */
  async flush(failed?: { readonly record: StoredRecord; readonly attempts: number }): Promise<void> {
    await this.waitForCapacity(1);
    if (failed) await this.#store(new PendingCommit(), failed);
    this.#rethrow();
  }

  async #commitPending(): Promise<void> {
    try {
      while (!this.#staged.empty) {
        const commit = this.#staged;
        this.#staged = new PendingCommit();
        this.#inFlight = commit.acknowledged.length;
        await this.#storeOrFind(commit);
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
    const outputs = await this.#retry(() => this.#settings.partitioner.assign(staged.outputs));
    const together = this.#settings.delivery === 'exactly-once';
    if (!together && outputs.length > 0) {
      await this.#retry(() => this.#settings.driver.append(outputs, { acks: this.#settings.acks }));
    }
    const commit: Commit = {
      acknowledged: staged.acknowledged,
      outputs: together ? outputs : [],
      state: writes,
      dedupeIds: staged.dedupeIds,
      ...(failed ? { failed } : {}),
    };
    await this.#retry(() => this.#lease.commit(commit));
    this.#state.committed(writes);
    this.#onStored(staged);
    this.#settings.observer.committed?.({
      group: this.#settings.group,
      records: staged.acknowledged,
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
