import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Partition } from '../log/catalog.ts';
import { integer, type Row } from '../log/row.ts';

/** A record held by a member. The token is new at each delivery, so an earlier owner can never acknowledge it. */
export interface Claim {
  readonly group: number;
  readonly partition: Partition;
  readonly offset: number;
  readonly owner: string;
  readonly token: number;
}

export interface ReleasedClaim {
  readonly partitionId: number;
  readonly offset: number;
  /** Attempts begun. */
  readonly deliveries: number;
}

/** What competing groups have delivered and not acknowledged. Methods that write are called inside jobs. */
export class ClaimTable {
  readonly #released: StatementSync;
  readonly #individual: StatementSync;
  readonly #take: StatementSync;
  readonly #insert: StatementSync;
  readonly #owns: StatementSync;
  readonly #acknowledge: StatementSync;
  readonly #fail: StatementSync;
  readonly #release: StatementSync;
  readonly #releaseAll: StatementSync;
  readonly #releaseOfRemoved: StatementSync;
  readonly #drop: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    const key = 'WHERE grp = ? AND partition = ? AND sequence = ?';
    const owned = `${key} AND owner = ? AND token = ? AND taken = 1`;
    const released = `SELECT partition, sequence, deliveries FROM claims
      WHERE grp = ? AND taken = 0 AND (owner IS NULL OR owner = ?)`;
    this.#released = database.prepare(`${released} ORDER BY partition, sequence LIMIT ?`);
    this.#individual = database.prepare(`${released} AND suspect = 1 ORDER BY partition, sequence LIMIT 1`);
    this.#take = database.prepare(
      `UPDATE claims SET owner = ?, token = ?, since = ?, taken = 1, failed = deliveries, deliveries = deliveries + 1 ${key}`,
    );
    this.#insert = database.prepare(
      `INSERT INTO claims (grp, partition, sequence, owner, token, since, taken, deliveries, failed)
       VALUES (?, ?, ?, ?, ?, ?, 1, 1, 0)`,
    );
    this.#owns = database.prepare(`SELECT 1 FROM claims ${owned}`);
    this.#acknowledge = database.prepare(`DELETE FROM claims ${owned}`);
    this.#fail = database.prepare(`UPDATE claims SET deliveries = ?1, failed = ?1 ${owned}`);
    this.#release = database.prepare(
      `UPDATE claims SET owner = NULL, taken = 0, deliveries = failed ${owned}`,
    );
    this.#releaseAll = database.prepare(
      'UPDATE claims SET owner = NULL, taken = 0, deliveries = failed WHERE grp = ? AND owner = ?',
    );
    this.#releaseOfRemoved = database.prepare(
      `UPDATE claims SET owner = NULL, suspect = max(suspect, taken), taken = 0 WHERE grp = ?1 AND owner IS NOT NULL
       AND owner NOT IN (SELECT name FROM members WHERE grp = ?1)`,
    );
    this.#drop = database.prepare(`DELETE FROM claims ${key}`);
    this.#count = database.prepare(
      'SELECT count(*) AS claims FROM claims WHERE grp = ? AND owner = ? AND taken = 1',
    );
  }

  /** What the member may take: oldest first within each partition. */
  released(group: number, member: string, limit: number): ReleasedClaim[] {
    return this.#released.all(group, member, limit).map(describe);
  }

  /** One of them that may have killed the member that had it. */
  individual(group: number, member: string): ReleasedClaim | undefined {
    const row = this.#individual.get(group, member);
    return row === undefined ? undefined : describe(row);
  }

  take(claim: Claim, since: number): void {
    this.#take.run(claim.owner, claim.token, since, claim.group, claim.partition.id, claim.offset);
  }

  insert(claim: Claim, since: number): void {
    this.#insert.run(claim.group, claim.partition.id, claim.offset, claim.owner, claim.token, since);
  }

  owns(claim: Claim): boolean {
    return this.#owns.get(...ownedKey(claim)) !== undefined;
  }

  acknowledge(claim: Claim): void {
    this.#acknowledge.run(...ownedKey(claim));
  }

  fail(claim: Claim, attempts: number): void {
    this.#fail.run(attempts, ...ownedKey(claim));
  }

  release(claim: Claim): void {
    this.#release.run(...ownedKey(claim));
  }

  releaseAll(group: number, member: string): void {
    this.#releaseAll.run(group, member);
  }

  /** Frees what members hold that are no longer there; the attempts they had begun stay counted. */
  releaseOfRemoved(group: number): void {
    this.#releaseOfRemoved.run(group);
  }

  /** The record itself is gone. */
  drop(group: number, partition: Partition, offset: number): void {
    this.#drop.run(group, partition.id, offset);
  }

  countOf(group: number, member: string): number {
    return integer(this.#count.get(group, member), 'claims');
  }
}

function ownedKey(claim: Claim): [number, number, number, string, number] {
  return [claim.group, claim.partition.id, claim.offset, claim.owner, claim.token];
}

function describe(row: Row): ReleasedClaim {
  return {
    partitionId: integer(row, 'partition'),
    offset: integer(row, 'sequence'),
    deliveries: integer(row, 'deliveries'),
  };
}
