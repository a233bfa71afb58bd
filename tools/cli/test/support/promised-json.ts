import { expect } from 'vitest';
import { z } from 'zod';
import { outputSchemas } from '../../src/output/schemas.ts';

/** As `--help-json` publishes them, which is all that a program has which reads the lines. */
const published: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(outputSchemas()).map(([name, schema]) => [name, z.fromJSONSchema(schema)]),
);

/** The schemas that a line was seen of. */
export const seenSchemas: Set<string> = new Set<string>();

/** Every line of standard output is JSON that its own published schema allows. */
export function expectPromisedJson(stdout: string): void {
  for (const line of stdout.split('\n').filter((each) => each !== '')) {
    const value: unknown = JSON.parse(line);
    const name = String(Object(value).schema);
    const schema = published.get(name);
    expect(schema, `the schema ${name} of ${line}`).toBeDefined();
    expect(schema?.safeParse(value).error, line).toBeUndefined();
    seenSchemas.add(name);
  }
}
