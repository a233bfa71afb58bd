export { fromSqlError } from './errors.ts';
export { RowInserter, type SqlValue } from './insert-rows.ts';
export { type Migration, migrate } from './migrate.ts';
export { openSql, type Sql, type SqlConfig } from './open-sql.ts';
export { type Advance, applyOnce, loadPositions } from './positions.ts';
