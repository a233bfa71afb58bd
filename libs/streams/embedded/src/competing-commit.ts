import type { CompetingCommit, StoredRecord } from '@millrace/streams';
import { type Chunk, encodeChunks } from './chunk.ts';
import type { Claim } from './claim-table.ts';
import type { Engine } from './engine.ts';
import type { LogTransaction } from './log-transaction.ts';
import type { Tables } from './tables.ts';

/** What a competing member has in hand, and how it settles that. */
export class CompetingCommits {
  readonly #engine: Engine;
  readonly #tables: Tables;
  readonly #held: Map<string, Claim> = new Map();
  /** Steps that are committed, in case the caller repeats them because their sync to disk failed. */
  readonly #landed: WeakSet<CompetingCommit> = new WeakSet();

  constructor(engine: Engine, tables: Tables) {
    this.#engine = engine;
    this.#tables = tables;
  }

  get holding(): number {
    return this.#held.size;
  }

  hold(record: StoredRecord, claim: Claim): void {
    this.#held.set(placeOf(record), claim);
  }

  /** Which of the steps are stored. */
  answers(steps: readonly CompetingCommit[]): ('committed' | 'fenced')[] {
    return steps.map((step) => (this.#landed.has(step) ? 'committed' : 'fenced'));
  }

  /** Stores the steps that were not stored before and whose messages are still this member's own. */
  async store(steps: readonly CompetingCommit[]): Promise<void> {
    const { catalog, encoder } = this.#engine;
    const prepared = steps
      .filter((step) => !this.#landed.has(step))
      .map((step) => ({ step, chunks: encodeChunks(step.outputs, catalog.placesOf(step.outputs), encoder) }));
    if (prepared.length > 0) await this.#write(prepared);
  }

  async giveBack(records: readonly StoredRecord[]): Promise<void> {
    const claims = records.flatMap((record) => this.#held.get(placeOf(record)) ?? []);
    if (claims.length === 0) return;
    await this.#engine.write((transaction) => {
      for (const claim of claims) this.#tables.claims.giveBack(claim);
      transaction.announce();
    });
    this.#forget(records);
  }

  async #write(
    prepared: readonly { readonly step: CompetingCommit; readonly chunks: readonly Chunk[] }[],
  ): Promise<void> {
    const all = prepared.flatMap(({ chunks }) => chunks);
    const stored = await this.#engine.write(
      (transaction) => {
        for (const chunk of all) transaction.check(chunk.partition);
        return prepared.filter(({ step, chunks }) => this.#apply(transaction, step, chunks));
      },
      { bytes: all.reduce((sum, chunk) => sum + chunk.body.length, 0) },
    );
    for (const { step } of stored) this.#landed.add(step);
    const steps = prepared.map(({ step }) => step);
    this.#forget(
      steps.filter((step) => step.acknowledged || !this.#landed.has(step)).map((step) => step.record),
    );
  }

  /** False when the message belongs to another member by now. */
  #apply(transaction: LogTransaction, step: CompetingCommit, chunks: readonly Chunk[]): boolean {
    const claim = this.#held.get(placeOf(step.record));
    if (claim === undefined || !this.#tables.claims.owns(claim)) return false;
    if (step.acknowledged) this.#tables.claims.settle(claim);
    else if (step.attempts !== undefined) this.#tables.claims.fail(claim, step.attempts);
    for (const chunk of chunks) transaction.append(chunk);
    return true;
  }

  #forget(records: readonly StoredRecord[]): void {
    for (const record of records) this.#held.delete(placeOf(record));
    this.#engine.news.wake();
  }
}

function placeOf(record: StoredRecord): string {
  return `${record.partition}:${record.offset}:${record.topic}`;
}
