import { isStreamsError, locate, type StreamsError } from '../errors.ts';
import type { StoredRecord } from '../record.ts';
import type { CommitTarget, FailedAttempt } from './commit-target.ts';
import { isRefusal } from './dead-letter.ts';
import { type HandlerResult, PendingCommit } from './handler-result.ts';
import { CommitRefused } from './refusals.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

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
 * Commits results in order, one commit at a time. While one commit is on its way the next results gather, so that a lone
 * message commits at once and a flood commits in large steps.
 */
export class CommitQueue {
  readonly #settings: Settings;
  readonly #target: CommitTarget;
  readonly #onStored: (stored: PendingCommit) => void;
  readonly #onRefused: OnRefused;
  readonly #failed = new AbortController();
  #pending = new PendingCommit();
  /** Attempts of messages that are to be attempted again, stored after what is pending. */
  #failures: FailedAttempt[] = [];
  #running: Promise<void> | undefined;
  #inFlight = 0;
  #error: unknown;

  constructor(
    settings: Settings,
    target: CommitTarget,
    { onStored = () => undefined, onRefused = handleAgain }: CommitQueueOptions = {},
  ) {
    this.#settings = settings;
    this.#target = target;
    this.#onStored = onStored;
    this.#onRefused = onRefused;
  }

  /** Aborts when a commit failed for good, so that nobody waits for the next message to hear of it. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Records pending or on their way. */
  get #uncommitted(): number {
    return this.#pending.acknowledged.length + this.#failures.length + this.#inFlight;
  }

  /** Whether what is pending, and so many bytes more, fill a commit. */
  full(more: number): boolean {
    return this.#pending.bytes + more >= this.#settings.batchBytes;
  }

  add(result: HandlerResult): void {
    this.#pending.add(result);
  }

  /** Starts a commit of what is pending, unless one is on its way: that one goes on with it. Errors appear in `flush` and `waitForCapacity`. */
  startCommit(): void {
    if (this.#running || this.#error !== undefined) return;
    if (!this.#pending.empty || this.#failures.length > 0) this.#running = this.#commitPending();
  }

  /** Waits until fewer than `limit` records are uncommitted, and what is pending does not fill a commit. */
  async waitForCapacity(limit: number): Promise<void> {
    while (this.#uncommitted >= limit || this.full(0)) {
      this.#rethrow();
      this.startCommit();
      await this.#running;
    }
    this.#rethrow();
  }

  /** Waits until what is pending does not fill a commit. */
  async waitForByteCapacity(): Promise<void> {
    if (this.full(0)) await this.waitForCapacity(Number.POSITIVE_INFINITY);
  }

  /** Commits everything pending, and the attempts of a failed record after it. */
  async flush(failed?: FailedAttempt): Promise<void> {
    if (failed) this.#failures.push(failed);
    await this.waitForCapacity(1);
  }

  async #commitPending(): Promise<void> {
    try {
      while (!this.#pending.empty || this.#failures.length > 0) {
        const pending = this.#pending;
        const failures = this.#failures;
        this.#pending = new PendingCommit();
        this.#failures = [];
        this.#inFlight = pending.acknowledged.length + failures.length;
        if (!pending.empty) await this.#storeOrFind(pending);
        for (const failed of failures) await this.#retry(this.#target.failure(failed));
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
      if (!isRefusal(error)) throw located(error, this.#settings.group, pending.acknowledged);
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
    if (smaller === undefined) throw locateAt(refusal, this.#settings.group, refused.acknowledged);
    return [smaller];
  }

  /** Exactly once the outputs are a part of the commit; otherwise they are sent before it. */
  async #store(pending: PendingCommit): Promise<void> {
    const { driver, partitioner, delivery, acks, group, observer } = this.#settings;
    const started = performance.now();
    const outputs = await this.#retry(() => partitioner.assign(pending.outputs));
    const together = delivery === 'exactly-once';
    if (!together && outputs.length > 0) await this.#retry(() => driver.append(outputs, { acks }));
    const records = await this.#retry(this.#target.commit(pending, together));
    this.#onStored(pending);
    observer.committed?.({
      group,
      records,
      outputs: outputs.length,
      durationMs: performance.now() - started,
    });
  }

  /** For as long as the target is ours. */
  #retry<Result>(work: () => Promise<Result>): Promise<Result> {
    return retryWork(this.#settings, this.#target.lost, work);
  }

  #rethrow(): void {
    if (this.#error !== undefined) throw this.#error;
  }
}

function located(error: unknown, group: string, records: readonly StoredRecord[]): unknown {
  return isStreamsError(error) && error.code !== 'FENCED' ? locateAt(error, group, records) : error;
}

function locateAt(error: StreamsError, group: string, [first]: readonly StoredRecord[]): StreamsError {
  return first ? locate(error, group, { position: first }) : error;
}
