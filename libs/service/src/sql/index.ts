export { fromSqlError } from './errors.ts';
export { RowInserter, type SqlValue } from './insert-rows.ts';
export { openSql, type Sql, type SqlConfig } from './open-sql.ts';
export { type Advance, applyOnce, createPositionsTable, loadPositions } from './positions.ts';
