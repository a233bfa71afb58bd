import type { z } from 'zod';

/** Marks a field that says something of a person: who shows records to people masks it. */
export function personal<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ personal: true });
}
