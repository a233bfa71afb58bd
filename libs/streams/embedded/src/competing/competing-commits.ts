import type { StoredRecord } from '@millrace/streams';
import type { CompetingCommit } from '@millrace/streams/driver';
import type { Tables } from '../group/tables.ts';
import { type EncodedBatch, encodeBatches } from '../log/encoded-batch.ts';
import type { LogEngine } from '../log/log-engine.ts';
import type { LogTransaction } from '../log/log-transaction.ts';
import type { Claim } from './claim-table.ts';

/** What a competing member has in flight, and how it acknowledges that. */
export class CompetingCommits {
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #claims: Map<string, Claim> = new Map();
  /** Commits that are stored, in case the caller repeats them because their sync to disk failed. */
  readonly #applied: WeakSet<CompetingCommit> = new WeakSet();

  constructor(engine: LogEngine, tables: Tables) {
    this.#engine = engine;
    this.#tables = tables;
  }

  get inFlight(): number {
    return this.#claims.size;
  }

  track(record: StoredRecord, claim: Claim): void {
    this.#claims.set(keyOf(record), claim);
  }

  /** Which of the commits are stored. */
  results(commits: readonly CompetingCommit[]): ('committed' | 'fenced')[] {
    return commits.map((commit) => (this.#applied.has(commit) ? 'committed' : 'fenced'));
  }

  /** Stores the commits that were not stored before and whose messages are still this member's own. */
  async store(commits: readonly CompetingCommit[]): Promise<void> {
    const { catalog, encoder } = this.#engine;
    const prepared = commits
      .filter((commit) => !this.#applied.has(commit))
      .map((commit) => ({
        commit,
        batches: encodeBatches(commit.outputs, catalog.partitionsOf(commit.outputs), encoder),
      }));
    if (prepared.length > 0) await this.#write(prepared);
  }

  async release(records: readonly StoredRecord[]): Promise<void> {
    const claims = records.flatMap((record) => this.#claims.get(keyOf(record)) ?? []);
    if (claims.length === 0) return;
    await this.#engine.write((transaction) => {
      for (const claim of claims) this.#tables.claims.release(claim);
      transaction.announce();
    });
    this.#forget(records);
  }

  async #write(
    prepared: readonly { readonly commit: CompetingCommit; readonly batches: readonly EncodedBatch[] }[],
  ): Promise<void> {
    const all = prepared.flatMap(({ batches }) => batches);
    const stored = await this.#engine.write(
      (transaction) => {
        for (const batch of all) transaction.check(batch.partition);
        return prepared.filter(({ commit, batches }) => this.#apply(transaction, commit, batches));
      },
      { bytes: all.reduce((sum, batch) => sum + batch.body.length, 0) },
    );
    for (const { commit } of stored) this.#applied.add(commit);
    const commits = prepared.map(({ commit }) => commit);
    this.#forget(
      commits
        .filter((commit) => commit.acknowledged || !this.#applied.has(commit))
        .map((commit) => commit.record),
    );
  }

  /** False when the message belongs to another member by now. */
  #apply(transaction: LogTransaction, commit: CompetingCommit, batches: readonly EncodedBatch[]): boolean {
    const claim = this.#claims.get(keyOf(commit.record));
    if (claim === undefined || !this.#tables.claims.owns(claim)) return false;
    if (commit.acknowledged) this.#tables.claims.acknowledge(claim);
    else if (commit.attempts !== undefined) this.#tables.claims.fail(claim, commit.attempts);
    for (const batch of batches) transaction.append(batch);
    return true;
  }

  #forget(records: readonly StoredRecord[]): void {
    for (const record of records) this.#claims.delete(keyOf(record));
    this.#engine.notifier.wake();
  }
}

function keyOf(record: StoredRecord): string {
  return `${record.partition}:${record.offset}:${record.topic}`;
}
