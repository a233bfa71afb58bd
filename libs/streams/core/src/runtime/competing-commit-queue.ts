import type { CompetingCommit, CompetingMember } from '../competing.ts';
import { StreamsError } from '../errors.ts';
import type { Delivery } from '../record.ts';
import { sizeOf } from '../record-access.ts';
import { isRefusal } from './dead-letter.ts';
import type { HandlerResult } from './handler-result.ts';
import { retryWork } from './retry-work.ts';
import type { Settings } from './settings.ts';

interface Entry {
  readonly commit: CompetingCommit;
  readonly record: Delivery;
  readonly letter: HandlerResult | undefined;
}

/** The dead letter of a message whose result the backend refuses for good; throws when the group has none. */
export type OnRefused = (record: Delivery, refusal: StreamsError) => HandlerResult;

/** Gathers the commits of a competing member while earlier ones are on their way; each commit stays whole by itself. */
export class CompetingCommitQueue {
  readonly #settings: Settings;
  readonly #member: CompetingMember;
  readonly #onRefused: OnRefused;
  readonly #failed = new AbortController();
  #commits: Entry[] = [];
  /** About how many bytes the commits that wait hold. */
  #bytes = 0;
  #inFlight = 0;
  #running: Promise<void> | undefined;
  #error: unknown;

  constructor(settings: Settings, member: CompetingMember, onRefused: OnRefused) {
    this.#onRefused = onRefused;
    this.#settings = settings;
    this.#member = member;
  }

  /** Aborts when a commit failed for good, so that nobody waits for the next message to hear of it. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** `letter` is what the commit's outputs are, where they are a dead letter. */
  add(commit: CompetingCommit & { readonly record: Delivery }, letter?: HandlerResult): void {
    this.#commits.push({ commit, record: commit.record, letter });
    this.#bytes += bytesOf(commit);
  }

  startCommit(): void {
    if (this.#running || this.#error !== undefined || this.#commits.length === 0) return;
    this.#running = this.#commitPending();
  }

  /** Waits until fewer than `limit` commits are unacknowledged, and those that wait are no more than a commit should hold. */
  async waitForCapacity(limit: number): Promise<void> {
    while ((this.#commits.length + this.#inFlight >= limit || this.#full) && this.#error === undefined) {
      this.startCommit();
      await this.#running;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  async waitForByteCapacity(): Promise<void> {
    if (this.#full) await this.waitForCapacity(Number.POSITIVE_INFINITY);
  }

  flush(): Promise<void> {
    return this.waitForCapacity(1);
  }

  get #full(): boolean {
    return this.#bytes >= this.#settings.batchBytes;
  }

  async #commitPending(): Promise<void> {
    try {
      while (this.#commits.length > 0) {
        const commits = this.#commits;
        this.#commits = [];
        this.#bytes = 0;
        this.#inFlight = commits.length;
        await this.#commitOrFind(commits);
        this.#inFlight = 0;
      }
    } catch (error) {
      this.#error = error;
      this.#failed.abort();
    } finally {
      this.#running = undefined;
    }
  }

  /** Commits that are refused for one message's fault are halved until that message is found. */
  async #commitOrFind(entries: readonly Entry[]): Promise<void> {
    try {
      await this.#commit(entries.map(({ commit }) => commit));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const [only] = entries;
      if (only !== undefined && entries.length === 1) {
        await this.#commitOrFind([await this.#insteadOf(only, error)]);
        return;
      }
      const middle = entries.length >> 1;
      await this.#commitOrFind(entries.slice(0, middle));
      await this.#commitOrFind(entries.slice(middle));
    }
  }

  async #insteadOf({ record, letter }: Entry, refusal: StreamsError): Promise<Entry> {
    const instead = letter ? letter.cutDown?.(refusal) : this.#onRefused(record, refusal);
    if (instead === undefined) throw refusal;
    const outputs = await this.#settings.partitioner.assign(instead.outputs);
    return { commit: { record, acknowledged: true, outputs }, record, letter: instead };
  }

  async #commit(commits: readonly CompetingCommit[]): Promise<void> {
    const { group, observer } = this.#settings;
    const started = performance.now();
    const results = await retryWork(this.#settings, this.#member.lost, () => this.#member.commit(commits));
    const fenced = results.filter((result) => result === 'fenced').length;
    if (fenced > 0) observer.error?.({ group, error: fencedError(group, fenced), fatal: false });
    const outputs = commits.reduce((sum, commit) => sum + commit.outputs.length, 0);
    observer.committed?.({
      group,
      records: commits
        .filter((commit, at) => commit.acknowledged && results[at] === 'committed')
        .map(({ record }) => record),
      outputs,
      durationMs: performance.now() - started,
    });
  }
}

function bytesOf({ record, outputs }: CompetingCommit): number {
  return outputs.reduce((sum, { value }) => sum + value.length, sizeOf(record));
}

function fencedError(group: string, messages: number): StreamsError {
  return new StreamsError(
    'FENCED',
    `${messages} messages of group ${group} had been taken over by another member; their results were dropped`,
  );
}
