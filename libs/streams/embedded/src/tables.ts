import type { DatabaseSync } from 'node:sqlite';
import { AttemptTable } from './attempt-table.ts';
import { ClaimTable } from './claim-table.ts';
import { GroupTable } from './group-table.ts';
import { LeaseTable } from './lease-table.ts';
import { MemberTable } from './member-table.ts';
import { SeenTable } from './seen-table.ts';
import { StateTable } from './state-table.ts';

/** The tables that groups are kept in. */
export interface Tables {
  readonly groups: GroupTable;
  readonly members: MemberTable;
  readonly leases: LeaseTable;
  readonly attempts: AttemptTable;
  readonly state: StateTable;
  readonly seen: SeenTable;
  readonly claims: ClaimTable;
}

export function openTables(database: DatabaseSync): Tables {
  return {
    groups: new GroupTable(database),
    members: new MemberTable(database),
    leases: new LeaseTable(database),
    attempts: new AttemptTable(database),
    state: new StateTable(database),
    seen: new SeenTable(database),
    claims: new ClaimTable(database),
  };
}
