import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, type Row, text } from '../log/row.ts';
import { deadlineHolds } from './clock.ts';

export interface Member {
  readonly name: string;
  readonly topics: readonly string[];
  /** It keeps what it holds and is given no more. */
  readonly leaving: boolean;
  readonly duration: number;
  readonly expires: number;
}

/** Who is in which group, and until when without another heartbeat. Methods that write are called inside jobs. */
export class MemberTable {
  readonly #all: StatementSync;
  readonly #knows: StatementSync;
  readonly #insert: StatementSync;
  readonly #renew: StatementSync;
  readonly #leave: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare(
      'SELECT name, topics, leaving, duration, expires FROM members WHERE grp = ? ORDER BY id',
    );
    this.#knows = database.prepare('SELECT 1 FROM members WHERE grp = ? AND name = ?');
    this.#insert = database.prepare(
      `INSERT INTO members (grp, name, topics, leaving, duration, expires) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET expires = excluded.expires`,
    );
    this.#renew = database.prepare('UPDATE members SET expires = ? WHERE grp = ? AND name = ?');
    this.#leave = database.prepare('UPDATE members SET leaving = 1 WHERE grp = ? AND name = ?');
    this.#delete = database.prepare('DELETE FROM members WHERE grp = ? AND name = ?');
  }

  /** In the order of joining, silent ones included. */
  all(group: number): Member[] {
    return this.#all.all(group).map(describe);
  }

  knows(group: number, name: string): boolean {
    return this.#knows.get(group, name) !== undefined;
  }

  alive(group: number, now: number): Member[] {
    return this.all(group).filter((member) => deadlineHolds(member.expires, member.duration, now));
  }

  insert(group: number, member: Member): void {
    const { name, topics, leaving, duration, expires } = member;
    this.#insert.run(group, name, JSON.stringify(topics), leaving ? 1 : 0, duration, expires);
  }

  /** False when the group no longer knows the member. */
  renew(group: number, name: string, expires: number): boolean {
    return this.#renew.run(expires, group, name).changes !== 0;
  }

  leave(group: number, name: string): void {
    this.#leave.run(group, name);
  }

  delete(group: number, name: string): void {
    this.#delete.run(group, name);
  }

  /** Removes silent members; returns whether there were any. */
  evict(group: number, now: number): boolean {
    const expired = this.all(group).filter((member) => !deadlineHolds(member.expires, member.duration, now));
    for (const { name } of expired) this.delete(group, name);
    return expired.length > 0;
  }
}

function describe(row: Row): Member {
  const topics: string[] = JSON.parse(text(row, 'topics'));
  return {
    name: text(row, 'name'),
    topics,
    leaving: integer(row, 'leaving') === 1,
    duration: integer(row, 'duration'),
    expires: integer(row, 'expires'),
  };
}
