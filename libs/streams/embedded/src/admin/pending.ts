import type { StatementSync } from 'node:sqlite';
import { type PendingEntry, type Position, StreamsError } from '@millrace/streams';
import { monotonicNow } from '../group/clock.ts';
import type { Tables } from '../group/tables.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { parseOffset } from '../log/offsets.ts';
import { integer, type Row, text } from '../log/row.ts';

/** What is delivered and not acknowledged, and handing it to another member. */
export class PendingAdmin {
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #claims: StatementSync;
  readonly #delivered: StatementSync;
  readonly #reassign: StatementSync;

  constructor(engine: LogEngine, tables: Tables) {
    this.#engine = engine;
    this.#tables = tables;
    this.#claims = engine.database.prepare(
      `SELECT topics.name AS topic, number, sequence, owner, since, deliveries
       FROM claims JOIN partitions ON partitions.id = claims.partition JOIN topics ON topics.id = partitions.topic
       WHERE grp = ? AND taken = 1 AND (?2 IS NULL OR topics.name = ?2) ORDER BY since, sequence LIMIT ?3`,
    );
    this.#delivered = engine.database.prepare(
      `SELECT topics.name AS topic, partitions.number, positions.partition, positions.next, handed, handed_at, careful, owner
       FROM positions JOIN partitions ON partitions.id = positions.partition JOIN topics ON topics.id = partitions.topic
         JOIN leases ON leases.grp = positions.grp AND leases.number = partitions.number
       WHERE positions.grp = ? AND handed > positions.next AND owner IS NOT NULL
         AND (?2 IS NULL OR topics.name = ?2) ORDER BY handed_at`,
    );
    this.#reassign = engine.database.prepare(
      `UPDATE claims SET owner = ?, taken = 0
       WHERE grp = ? AND partition = ? AND sequence = ? AND since <= ? AND owner IS NOT ?`,
    );
  }

  /** Oldest first. What other processes delivered in the last moment may be missing. */
  async list(
    name: string,
    options: { readonly limit: number; readonly topic?: string },
  ): Promise<PendingEntry[]> {
    await Promise.all([...this.#engine.deliveryReports].map((report) => report()));
    const group = this.#group(name);
    const now = monotonicNow();
    const topic = options.topic ?? null;
    if (group.mode === 'competing') {
      return this.#claims.all(group.id, topic, options.limit).map((row) => describeClaim(row, now));
    }
    const entries: PendingEntry[] = [];
    for (const row of this.#delivered.all(group.id, topic))
      this.#addDelivered(entries, { group: group.id, row, now }, options.limit);
    return entries;
  }

  async claim(
    name: string,
    member: string,
    options: { readonly positions: readonly Position[]; readonly minIdleMs: number },
  ): Promise<Position[]> {
    const group = this.#group(name);
    if (group.mode === 'partitioned') {
      throw new StreamsError(
        'UNSUPPORTED',
        `Group ${name} is partitioned: its members own whole partitions, and single messages cannot be moved; stop the member instead`,
      );
    }
    return this.#engine.write((transaction) => {
      const members = this.#tables.members.alive(group.id, monotonicNow());
      if (!members.some((candidate) => candidate.name === member)) throw unknownMember(name, member);
      const targets = options.positions.map((position) => ({
        position,
        partition: this.#engine.catalog.partition(position.topic, position.partition).id,
        offset: parseOffset(position),
      }));
      const since = monotonicNow() - options.minIdleMs;
      const moved = targets.filter(
        ({ partition, offset }) =>
          this.#reassign.run(member, group.id, partition, offset, since, member).changes !== 0,
      );
      if (moved.length > 0) transaction.announce();
      return moved.map(({ position }) => position);
    });
  }

  #group(name: string): { readonly id: number; readonly mode: 'partitioned' | 'competing' } {
    const group = this.#tables.groups.find(name);
    if (group === undefined) throw new StreamsError('UNKNOWN_GROUP', `Group ${name} does not exist`);
    return group;
  }

  #addDelivered(
    entries: PendingEntry[],
    { group, row, now }: { readonly group: number; readonly row: Row; readonly now: number },
    limit: number,
  ): void {
    const topic = text(row, 'topic');
    const partition = this.#engine.catalog.partitions(topic)[integer(row, 'number')];
    if (partition === undefined) return;
    const attempts = this.#tables.attempts.load(group, partition);
    const deliveredAt = integer(row, 'handed_at');
    for (
      let offset = integer(row, 'next');
      offset < integer(row, 'handed') && entries.length < limit;
      offset++
    ) {
      entries.push({
        position: { topic, partition: partition.number, offset: String(offset) },
        member: text(row, 'owner'),
        idleMs: Math.max(0, now - deliveredAt),
        deliveries: (attempts.get(offset) ?? (offset < integer(row, 'careful') ? 1 : 0)) + 1,
      });
    }
  }
}

function describeClaim(row: Row, now: number): PendingEntry {
  return {
    position: {
      topic: text(row, 'topic'),
      partition: integer(row, 'number'),
      offset: String(integer(row, 'sequence')),
    },
    member: text(row, 'owner'),
    idleMs: Math.max(0, now - integer(row, 'since')),
    deliveries: integer(row, 'deliveries'),
  };
}

function unknownMember(group: string, member: string): StreamsError {
  return new StreamsError(
    'INVALID_ARGUMENT',
    `Group ${group} has no active member ${member}: see admin.describeGroup`,
  );
}
