import { createHash } from 'node:crypto';
import { allTopics } from '@millrace/events';
import { every, type Logger } from '@millrace/service';
import type { Sql } from '@millrace/service/sql';
import type { Position, Streams } from '@millrace/streams';
import { rawTopic } from '@millrace/streams';
import type { RawWriter } from '../changes/raw-writer.ts';
import type { Auditor, SavedAudit } from '../domain/audit/auditor.ts';
import type { TotalFigures, Totals } from '../domain/totals.ts';
import { positionBefore } from '../messages/position-before.ts';
import type { DashboardTables } from '../watch/tables.ts';
import type { PositionsInMemory } from './positions-in-memory.ts';

export interface CheckpointOptions {
  readonly sql: Sql<DashboardTables>;
  readonly writer: RawWriter;
  /** Whose it is: group and backend. May hold a password: only its hash is kept. */
  readonly name: string;
  readonly positions: PositionsInMemory;
  readonly totals: Totals;
  readonly auditor: Auditor;
}

interface Saved {
  readonly positions: readonly Position[];
  readonly totals: TotalFigures;
  readonly audit: SavedAudit;
}

const everyMs = 15_000;
/** With more than so many records and no checkpoint the picture begins a little before now. */
const mostRead = 500_000;
const beforeNowMs = 120_000;
const findWithinMs = 10_000;

/** What the picture knows and how far it has read, kept so that a start need not read everything again. */
export class Checkpoint {
  readonly #options: CheckpointOptions;
  readonly #name: string;
  #saved = '';

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#name = createHash('sha256').update(options.name).digest('hex');
  }

  /** Goes on from what was saved, unless the streams are others now; else from the beginning, or in the middle of much. */
  async load(streams: Streams): Promise<void> {
    const { sql, positions, totals, auditor } = this.#options;
    const row = await sql.db
      .selectFrom('checkpoint')
      .selectAll()
      .where('name', '=', this.#name)
      .executeTakeFirst();
    const saved: Saved | undefined = row && JSON.parse(row.json);
    if (saved && (await this.#isOf(streams, saved.positions))) {
      totals.restore(saved.totals);
      auditor.restore(saved.audit);
      positions.restore(saved.positions);
      return;
    }
    if ((await recordsIn(streams)) <= mostRead) return;
    positions.restore(await positionsAt(streams, Date.now() - beforeNowMs));
    auditor.beginInTheMiddle();
  }

  /** Taken in one moment, between two batches. */
  async save(): Promise<void> {
    const { sql, positions, totals, auditor } = this.#options;
    const at = positions.all();
    const where = JSON.stringify(at);
    if (at.length === 0 || where === this.#saved) return;
    const saved: Saved = { positions: at, totals: totals.figures(), audit: auditor.save() };
    const row = { name: this.#name, at: Date.now(), json: JSON.stringify(saved) };
    await sql.db
      .insertInto('checkpoint')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ at: row.at, json: row.json }))
      .execute();
    this.#saved = where;
  }

  /** Now and then, and at the end. */
  async saveNowAndThen(log: Logger, signal: AbortSignal): Promise<void> {
    await every({ ms: everyMs, what: 'save the checkpoint', log, signal }, () => this.save());
    await this.save().catch((error: unknown) => log.warn({ err: error }, 'could not save the checkpoint'));
  }

  /** Streams that end before what was read are others: they were deleted and made again. */
  async #isOf(streams: Streams, positions: readonly Position[]): Promise<boolean> {
    for (const { name } of allTopics) {
      const { partitions } = await streams.admin.describe(name);
      for (const { topic, partition, offset } of positions) {
        if (topic !== name) continue;
        const last = partitions[partition]?.last;
        if (last === undefined || (await this.#options.writer.compare(last, offset)) < 0) return false;
      }
    }
    return true;
  }
}

async function recordsIn(streams: Streams): Promise<number> {
  const topics = await Promise.all(allTopics.map(({ name }) => streams.admin.describe(name)));
  return topics.flatMap(({ partitions }) => partitions).reduce((sum, { records }) => sum + records, 0);
}

async function positionsAt(streams: Streams, time: number): Promise<readonly Position[]> {
  const found: Position[] = [];
  for (const { name } of allTopics) {
    const { partitions } = await streams.admin.describe(name);
    for (const { partition, last } of partitions) {
      const next = await firstFrom(streams, { topic: name, partition, offset: last ?? '' }, time);
      const before = next ? positionBefore(next) : last && { topic: name, partition, offset: last };
      if (before) found.push(before);
    }
  }
  return found;
}

async function firstFrom(
  streams: Streams,
  { topic, partition }: Position,
  time: number,
): Promise<Position | undefined> {
  const signal = AbortSignal.timeout(findWithinMs);
  const options = {
    from: { at: new Date(time) },
    to: 'now',
    partitions: [partition],
    limit: 1,
    signal,
  } as const;
  for await (const { offset } of streams.read(rawTopic(topic), options)) return { topic, partition, offset };
  return undefined;
}
