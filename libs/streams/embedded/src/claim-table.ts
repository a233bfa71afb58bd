import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Partition } from './catalog.ts';
import { integer, type Row } from './row.ts';

/** A record in the hands of a member. The token is new at each hand-out, so an earlier owner can never settle it. */
export interface Claim {
  readonly group: number;
  readonly partition: Partition;
  readonly offset: number;
  readonly owner: string;
  readonly token: number;
}

export interface GivenBack {
  readonly partitionId: number;
  readonly offset: number;
  /** Tries begun. */
  readonly deliveries: number;
}

/** What competing groups have handed out and not settled. Methods that write are called inside jobs. */
export class ClaimTable {
  readonly #givenBack: StatementSync;
  readonly #suspect: StatementSync;
  readonly #take: StatementSync;
  readonly #insert: StatementSync;
  readonly #owns: StatementSync;
  readonly #settle: StatementSync;
  readonly #fail: StatementSync;
  readonly #giveBack: StatementSync;
  readonly #giveBackAll: StatementSync;
  readonly #freeOfSilent: StatementSync;
  readonly #drop: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync) {
    const key = 'WHERE grp = ? AND partition = ? AND sequence = ?';
    const owned = `${key} AND owner = ? AND token = ? AND taken = 1`;
    const givenBack = `SELECT partition, sequence, deliveries FROM claims
      WHERE grp = ? AND taken = 0 AND (owner IS NULL OR owner = ?)`;
    this.#givenBack = database.prepare(`${givenBack} ORDER BY partition, sequence LIMIT ?`);
    this.#suspect = database.prepare(`${givenBack} AND suspect = 1 ORDER BY partition, sequence LIMIT 1`);
    this.#take = database.prepare(
      `UPDATE claims SET owner = ?, token = ?, since = ?, taken = 1, failed = deliveries, deliveries = deliveries + 1 ${key}`,
    );
    this.#insert = database.prepare(
      `INSERT INTO claims (grp, partition, sequence, owner, token, since, taken, deliveries, failed)
       VALUES (?, ?, ?, ?, ?, ?, 1, 1, 0)`,
    );
    this.#owns = database.prepare(`SELECT 1 FROM claims ${owned}`);
    this.#settle = database.prepare(`DELETE FROM claims ${owned}`);
    this.#fail = database.prepare(`UPDATE claims SET deliveries = ?1, failed = ?1 ${owned}`);
    this.#giveBack = database.prepare(
      `UPDATE claims SET owner = NULL, taken = 0, deliveries = failed ${owned}`,
    );
    this.#giveBackAll = database.prepare(
      'UPDATE claims SET owner = NULL, taken = 0, deliveries = failed WHERE grp = ? AND owner = ?',
    );
    this.#freeOfSilent = database.prepare(
      `UPDATE claims SET owner = NULL, suspect = max(suspect, taken), taken = 0 WHERE grp = ?1 AND owner IS NOT NULL
       AND owner NOT IN (SELECT name FROM members WHERE grp = ?1)`,
    );
    this.#drop = database.prepare(`DELETE FROM claims ${key}`);
    this.#count = database.prepare(
      'SELECT count(*) AS claims FROM claims WHERE grp = ? AND owner = ? AND taken = 1',
    );
  }

  /** What the member may take: oldest first within each partition. */
  givenBack(group: number, member: string, limit: number): GivenBack[] {
    return this.#givenBack.all(group, member, limit).map(describe);
  }

  /** One of them that may have killed the member that had it. */
  suspect(group: number, member: string): GivenBack | undefined {
    const row = this.#suspect.get(group, member);
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

  settle(claim: Claim): void {
    this.#settle.run(...ownedKey(claim));
  }

  fail(claim: Claim, attempts: number): void {
    this.#fail.run(attempts, ...ownedKey(claim));
  }

  giveBack(claim: Claim): void {
    this.#giveBack.run(...ownedKey(claim));
  }

  giveBackAll(group: number, member: string): void {
    this.#giveBackAll.run(group, member);
  }

  /** Frees what members hold that are no longer there; the tries they had begun stay counted. */
  freeOfSilent(group: number): void {
    this.#freeOfSilent.run(group);
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

function describe(row: Row): GivenBack {
  return {
    partitionId: integer(row, 'partition'),
    offset: integer(row, 'sequence'),
    deliveries: integer(row, 'deliveries'),
  };
}
