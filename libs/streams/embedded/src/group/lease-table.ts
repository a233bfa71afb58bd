import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, optionalText, type Row } from '../log/row.ts';
import { deadlineHolds } from './clock.ts';

/** Ownership of one partition number of a group. Owner and token are undefined once released. */
export interface LeaseRow {
  readonly number: number;
  readonly epoch: number;
  readonly assigned: string | undefined;
  readonly owner: string | undefined;
  readonly token: string | undefined;
  readonly duration: number;
  readonly expires: number;
  /** The deadline by the wall clock. */
  readonly until: number;
  /** How many records may be delivered to the owner beyond the acknowledged ones. */
  readonly deliveryWindow: number;
}

export interface NewOwner {
  readonly owner: string;
  readonly token: string;
  readonly duration: number;
  readonly deliveryWindow: number;
  readonly now: number;
}

/** Methods that write are called inside jobs. */
export class LeaseTable {
  readonly #all: StatementSync;
  readonly #one: StatementSync;
  readonly #assign: StatementSync;
  readonly #take: StatementSync;
  readonly #holds: StatementSync;
  readonly #renew: StatementSync;
  readonly #release: StatementSync;

  constructor(database: DatabaseSync) {
    const columns = 'number, epoch, assigned, owner, token, duration, expires, until, handout';
    this.#all = database.prepare(`SELECT ${columns} FROM leases WHERE grp = ? ORDER BY number`);
    this.#one = database.prepare(`SELECT ${columns} FROM leases WHERE grp = ? AND number = ?`);
    this.#assign = database.prepare(
      `INSERT INTO leases (grp, number, assigned) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET assigned = excluded.assigned`,
    );
    this.#take = database.prepare(
      `UPDATE leases SET epoch = epoch + 1, owner = ?, token = ?, duration = ?, expires = ?, until = ?, handout = ?
       WHERE grp = ? AND number = ?`,
    );
    const held = 'WHERE grp = ? AND number = ? AND token = ?';
    this.#holds = database.prepare(`SELECT 1 FROM leases ${held}`);
    this.#renew = database.prepare(`UPDATE leases SET expires = ?, until = ? ${held}`);
    this.#release = database.prepare(`UPDATE leases SET owner = NULL, token = NULL ${held}`);
  }

  all(group: number): LeaseRow[] {
    return this.#all.all(group).map(describe);
  }

  one(group: number, number: number): LeaseRow | undefined {
    const row = this.#one.get(group, number);
    return row === undefined ? undefined : describe(row);
  }

  assign(group: number, number: number, member: string | undefined): void {
    this.#assign.run(group, number, member ?? null);
  }

  take(group: number, number: number, by: NewOwner): void {
    const { owner, token, duration, deliveryWindow, now } = by;
    this.#take.run(
      owner,
      token,
      duration,
      now + duration,
      Date.now() + duration,
      deliveryWindow,
      group,
      number,
    );
  }

  holds(group: number, number: number, token: string): boolean {
    return this.#holds.get(group, number, token) !== undefined;
  }

  /** False when another owner has taken it, or it was released. */
  renew(
    group: number,
    number: number,
    token: string,
    deadline: { readonly duration: number; readonly now: number },
  ): boolean {
    const { duration, now } = deadline;
    return this.#renew.run(now + duration, Date.now() + duration, group, number, token).changes !== 0;
  }

  release(group: number, number: number, token: string): boolean {
    return this.#release.run(group, number, token).changes !== 0;
  }
}

/** Whether the member that the lease is assigned to may take it now. */
export function isFree(lease: LeaseRow, now: number): boolean {
  return (
    lease.owner === undefined ||
    lease.owner === lease.assigned ||
    !deadlineHolds(lease.expires, lease.duration, now)
  );
}

function describe(row: Row): LeaseRow {
  return {
    number: integer(row, 'number'),
    epoch: integer(row, 'epoch'),
    assigned: optionalText(row, 'assigned'),
    owner: optionalText(row, 'owner'),
    token: optionalText(row, 'token'),
    duration: integer(row, 'duration'),
    expires: integer(row, 'expires'),
    until: integer(row, 'until'),
    deliveryWindow: integer(row, 'handout'),
  };
}
