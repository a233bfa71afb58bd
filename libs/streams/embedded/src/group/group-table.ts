import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { StreamsError } from '@millrace/streams';
import type { Partition } from '../log/catalog.ts';
import { integer, text } from '../log/row.ts';

export type GroupMode = 'partitioned' | 'competing';

export interface Group {
  readonly id: number;
  readonly name: string;
  readonly mode: GroupMode;
}

/** Where a group stands in one partition. */
export interface GroupPosition {
  /** The offset at which the group began. */
  readonly start: number;
  /** The first offset that is not acknowledged; in competing groups, not delivered. */
  readonly next: number;
  /** The offset after the last one known to be delivered. */
  readonly delivered: number;
  /** Records before this offset are delivered one at a time. */
  readonly individualBefore: number;
}

/** Groups and their positions. Methods that write are called inside jobs. */
export class GroupTable {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #version: StatementSync;
  readonly #bump: StatementSync;
  readonly #position: StatementSync;
  readonly #begin: StatementSync;
  readonly #commitPosition: StatementSync;
  readonly #recordDelivered: StatementSync;
  readonly #setIndividualBefore: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id, mode FROM groups WHERE name = ?');
    this.#insert = database.prepare('INSERT INTO groups (name, mode) VALUES (?, ?)');
    this.#version = database.prepare('SELECT version FROM groups WHERE id = ?');
    this.#bump = database.prepare('UPDATE groups SET version = version + 1 WHERE id = ?');
    const position = 'WHERE grp = ? AND partition = ?';
    this.#position = database.prepare(`SELECT start, next, handed, careful FROM positions ${position}`);
    this.#begin = database.prepare(
      'INSERT INTO positions (grp, partition, start, next, handed) VALUES (?1, ?2, ?3, ?3, ?3)',
    );
    this.#commitPosition = database.prepare(
      `UPDATE positions SET next = ?, handed = ?, handed_at = ? ${position}`,
    );
    this.#recordDelivered = database.prepare(`UPDATE positions SET handed = ?, handed_at = ? ${position}`);
    this.#setIndividualBefore = database.prepare(`UPDATE positions SET careful = ? ${position}`);
  }

  find(name: string): Group | undefined {
    const row = this.#find.get(name);
    if (row === undefined) return undefined;
    return {
      id: integer(row, 'id'),
      name,
      mode: text(row, 'mode') === 'competing' ? 'competing' : 'partitioned',
    };
  }

  /** Creates the group when it is new; INVALID_ARGUMENT when it exists in the other mode. */
  ensure(name: string, mode: GroupMode): Group {
    const known = this.find(name);
    if (known === undefined) {
      const { lastInsertRowid } = this.#insert.run(name, mode);
      return { id: Number(lastInsertRowid), name, mode };
    }
    if (known.mode === mode) return known;
    throw new StreamsError(
      'INVALID_ARGUMENT',
      `Group ${name} exists as a ${known.mode} group and cannot be joined as a ${mode} one: use another name, or delete it with admin.deleteGroup`,
    );
  }

  /** Undefined when the group was deleted. */
  version(group: number): number | undefined {
    const row = this.#version.get(group);
    return row === undefined ? undefined : integer(row, 'version');
  }

  bumpVersion(group: number): void {
    this.#bump.run(group);
  }

  position(group: number, partition: Partition): GroupPosition | undefined {
    const row = this.#position.get(group, partition.id);
    if (row === undefined) return undefined;
    const column = (name: string) => integer(row, name);
    return {
      start: column('start'),
      next: column('next'),
      delivered: column('handed'),
      individualBefore: column('careful'),
    };
  }

  begin(group: number, partition: Partition, offset: number): void {
    this.#begin.run(group, partition.id, offset);
  }

  commitPosition(
    group: number,
    partition: Partition,
    position: { readonly next: number; readonly delivered: number; readonly at: number },
  ): void {
    this.#commitPosition.run(position.next, position.delivered, position.at, group, partition.id);
  }

  recordDelivered(group: number, partition: Partition, delivered: number, at: number): void {
    this.#recordDelivered.run(delivered, at, group, partition.id);
  }

  setIndividualBefore(group: number, partition: Partition, individualBefore: number): void {
    this.#setIndividualBefore.run(individualBefore, group, partition.id);
  }
}
