import type { StatementSync } from 'node:sqlite';
import type { Retention } from '@millrace/streams';
import { parseRetention } from '@millrace/streams/driver';
import type { Partition } from '../log/catalog.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { integer, text } from '../log/row.ts';
import { offsetSpace } from '../log/schema.ts';
import type { Trimmer } from './trim.ts';

const everyMs = 2_000;
const rowsPerTransaction = 64;

/** Forgets what topics need not keep and removes what deleted topics left, now and then, in whichever process has time. */
export class Maintenance {
  readonly #engine: LogEngine;
  readonly #trimmer: Trimmer;
  readonly #retentions: StatementSync;
  readonly #garbage: StatementSync;
  readonly #deleteBatches: StatementSync;
  readonly #deleteGarbage: StatementSync;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(engine: LogEngine, trimmer: Trimmer) {
    const { database } = engine;
    this.#engine = engine;
    this.#trimmer = trimmer;
    this.#retentions = database.prepare("SELECT name, retention FROM topics WHERE retention <> '{}'");
    this.#garbage = database.prepare('SELECT partition FROM garbage LIMIT 1');
    this.#deleteBatches = database.prepare(
      `DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE id >= ? AND id < ? LIMIT ${rowsPerTransaction})`,
    );
    this.#deleteGarbage = database.prepare('DELETE FROM garbage WHERE partition = ?');
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    this.#timer = setTimeout(
      () => {
        // What fails now is tried again; publishers get the error of a log that cannot be written.
        this.#running = this.#run()
          .catch(() => undefined)
          .then(() => {
            if (!this.#closed) this.#schedule();
          });
      },
      everyMs * (0.5 + Math.random()),
    );
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    if (this.#engine.problem() !== undefined) {
      this.#engine.notifier.wake();
      return;
    }
    for (const row of this.#retentions.all()) {
      const retention = parseRetention(text(row, 'retention'));
      for (const partition of this.#engine.catalog.find(text(row, 'name')) ?? []) {
        await this.#retain(partition, retention);
      }
    }
    for (let row = this.#garbage.get(); row !== undefined && !this.#closed; row = this.#garbage.get()) {
      await this.#collect(integer(row, 'partition'));
    }
  }

  async #retain(partition: Partition, retention: Retention): Promise<void> {
    const { offsets } = this.#engine;
    const bounds = offsets.bounds(partition);
    if (bounds === undefined || this.#closed) return;
    const { maxRecords, maxAgeMs, evenIfUnacknowledged = false } = retention;
    const byCount = maxRecords === undefined ? 0 : bounds.next - maxRecords;
    const byAge = maxAgeMs === undefined ? 0 : offsets.storedAt(partition, Date.now() - maxAgeMs);
    const target = Math.max(byCount, byAge);
    if (target > bounds.first) await this.#trimmer.trimPartition(partition, target, evenIfUnacknowledged);
  }

  async #collect(id: number): Promise<void> {
    const low = BigInt(id) * offsetSpace;
    await this.#engine.write(() => {
      const { changes } = this.#deleteBatches.run(low, low + offsetSpace);
      if (Number(changes) < rowsPerTransaction) this.#deleteGarbage.run(id);
    });
  }
}
