import type { DatabaseSync } from 'node:sqlite';
import { ClaimTable } from '../competing/claim-table.ts';
import { AttemptTable } from './attempt-table.ts';
import { DedupeTable } from './dedupe-table.ts';
import { GroupTable } from './group-table.ts';
import { LeaseTable } from './lease-table.ts';
import { MemberTable } from './member-table.ts';
import { StateTable } from './state-table.ts';

/** The tables that groups are kept in. */
export interface Tables {
  readonly groups: GroupTable;
  readonly members: MemberTable;
  readonly leases: LeaseTable;
  readonly attempts: AttemptTable;
  readonly state: StateTable;
  readonly dedupeIds: DedupeTable;
  readonly claims: ClaimTable;
}

export function openTables(database: DatabaseSync): Tables {
  return {
    groups: new GroupTable(database),
    members: new MemberTable(database),
    leases: new LeaseTable(database),
    attempts: new AttemptTable(database),
    state: new StateTable(database),
    dedupeIds: new DedupeTable(database),
    claims: new ClaimTable(database),
  };
}
