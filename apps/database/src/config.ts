import { optionalUrl } from '@millrace/service';
import type { SqlConfig } from '@millrace/service/sql';
import { z } from 'zod';

export type DatabaseConfig = SqlConfig;

export const databaseVariables: z.ZodType<DatabaseConfig> = z.object({
  DATABASE_URL: optionalUrl(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/shop'),
});
