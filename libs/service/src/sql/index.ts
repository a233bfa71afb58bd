export { fromSqlError } from './errors.ts';
export { RowInserter, type SqlValue } from './insert-rows.ts';
export { type Migration, migrate } from './migrate.ts';
export { openSql, type Sql, type SqlConfig } from './open-sql.ts';
export { applyWithPosition, loadPositions, type PositionUpdate } from './positions.ts';
