import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type GroupDescription, type Position, type Start, StreamsError } from '@millrace/streams';
import { monotonicNow } from '../group/clock.ts';
import type { Group } from '../group/group-table.ts';
import type { LeaseRow } from '../group/lease-table.ts';
import type { Member } from '../group/member-table.ts';
import type { Tables } from '../group/tables.ts';
import type { LogEngine } from '../log/log-engine.ts';
import { integer, type Row, text } from '../log/row.ts';
import { describeGroupPartition, pendingOf, positionsQuery } from './group-description.ts';

/** Listing, describing, moving and deleting groups. */
export class GroupAdmin {
  readonly #engine: LogEngine;
  readonly #tables: Tables;
  readonly #all: StatementSync;
  readonly #positions: StatementSync;
  readonly #move: StatementSync;
  readonly #forgetClaims: StatementSync;
  readonly #forgetAttempts: StatementSync;
  readonly #deletions: readonly StatementSync[];

  constructor(engine: LogEngine, tables: Tables) {
    const { database } = engine;
    this.#engine = engine;
    this.#tables = tables;
    this.#all = database.prepare('SELECT name FROM groups ORDER BY name');
    this.#positions = database.prepare(positionsQuery);
    this.#move = database.prepare(
      `UPDATE positions SET start = ?1, next = ?1, handed = ?1, handed_at = 0, careful = 0 WHERE grp = ?2 AND partition = ?3`,
    );
    this.#forgetClaims = database.prepare('DELETE FROM claims WHERE grp = ? AND partition = ?');
    this.#forgetAttempts = database.prepare('DELETE FROM attempts WHERE grp = ? AND partition = ?');
    this.#deletions = deletions(database);
  }

  names(): string[] {
    return this.#all.all().map((row) => text(row, 'name'));
  }

  async describe(name: string): Promise<GroupDescription> {
    await Promise.all([...this.#engine.deliveryReports].map((report) => report()));
    const group = this.#group(name);
    const now = monotonicNow();
    const members = this.#tables.members.alive(group.id, now);
    const leases = this.#tables.leases.all(group.id).filter((lease) => lease.owner !== undefined);
    const rows = this.#positions.all(group.id);
    return {
      group: name,
      mode: group.mode,
      members: members.map((member) => this.#describeMember(group, member, leases, rows)),
      partitions: rows.map((row) => describeGroupPartition(row, leases, now)),
    };
  }

  async seek(
    name: string,
    to: Start,
    options: { readonly topic?: string; readonly partition?: number },
  ): Promise<void> {
    await this.#engine.write((transaction) => {
      const group = this.#inactive(name, 'moved');
      const targets = this.#positions
        .all(group.id)
        .filter((row) => options.topic === undefined || text(row, 'topic') === options.topic)
        .filter((row) => options.partition === undefined || integer(row, 'number') === options.partition)
        .filter((row) => typeof to !== 'object' || !('after' in to) || isAt(row, to.after));
      if (targets.length === 0) throw nothingThere(name, options);
      const moves = targets.map((row) => {
        const partition = this.#engine.catalog.partition(text(row, 'topic'), integer(row, 'number'));
        return { id: partition.id, offset: this.#engine.offsets.start(partition, to) };
      });
      for (const { id, offset } of moves) {
        this.#move.run(offset, group.id, id);
        this.#forgetClaims.run(group.id, id);
        this.#forgetAttempts.run(group.id, id);
      }
      transaction.announce();
    });
  }

  async delete(name: string): Promise<void> {
    await this.#engine.write((transaction) => {
      const group = this.#inactive(name, 'deleted');
      for (const deletion of this.#deletions) deletion.run(group.id);
      transaction.announce();
    });
  }

  #group(name: string): Group {
    const group = this.#tables.groups.find(name);
    if (group !== undefined) return group;
    throw new StreamsError(
      'UNKNOWN_GROUP',
      `Group ${name} does not exist: it is created when its first member joins`,
    );
  }

  #inactive(name: string, what: string): Group {
    const group = this.#group(name);
    const alive = this.#tables.members.alive(group.id, monotonicNow());
    if (alive.length === 0) return group;
    throw new StreamsError(
      'GROUP_ACTIVE',
      `Group ${name} has ${alive.length} active members (${alive.map((member) => member.name).join(', ')}) and cannot be ${what}: stop them first`,
    );
  }

  #describeMember(
    group: Group,
    member: Member,
    leases: readonly LeaseRow[],
    rows: readonly Row[],
  ): GroupDescription['members'][number] {
    const own = leases.filter((lease) => lease.owner === member.name).map((lease) => lease.number);
    const idleMs = Math.max(0, monotonicNow() - (member.expires - member.duration));
    const pending =
      group.mode === 'competing'
        ? this.#tables.claims.countOf(group.id, member.name)
        : rows
            .filter((row) => own.includes(integer(row, 'number')))
            .reduce((sum, row) => sum + pendingOf(row), 0);
    return { member: member.name, idleMs, leases: own, pending };
  }
}

function isAt(row: Row, position: Position): boolean {
  return text(row, 'topic') === position.topic && integer(row, 'number') === position.partition;
}

function nothingThere(
  name: string,
  options: { readonly topic?: string; readonly partition?: number },
): StreamsError {
  const { topic = 'any topic', partition = 'any partition' } = options;
  return new StreamsError(
    'INVALID_ARGUMENT',
    `Group ${name} has no position in ${topic}, partition ${partition}`,
  );
}

function deletions(database: DatabaseSync): StatementSync[] {
  return [
    'DELETE FROM state WHERE store IN (SELECT id FROM stores WHERE grp = ?)',
    ...['stores', 'seen', 'claims', 'attempts', 'positions', 'leases', 'members'].map(
      (table) => `DELETE FROM ${table} WHERE grp = ?`,
    ),
    'DELETE FROM groups WHERE id = ?',
  ].map((sql) => database.prepare(sql));
}
