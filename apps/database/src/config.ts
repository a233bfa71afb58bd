import { integer, optionalUrl } from '@millrace/service';
import type { SqlConfig } from '@millrace/service/sql';
import { z } from 'zod';

export interface DatabaseConfig extends SqlConfig {
  /** Rows that each table of messages keeps, the latest; 0 keeps all. The report is about what is kept. */
  readonly RECORD_ROWS: number;
}

export const databaseVariables: z.ZodType<DatabaseConfig> = z.object({
  DATABASE_URL: optionalUrl(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/shop'),
  RECORD_ROWS: integer({ default: 0, min: 0, max: 1_000_000_000 }),
});
