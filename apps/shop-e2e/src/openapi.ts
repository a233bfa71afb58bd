import { validate } from '@scalar/openapi-parser';
import { expect } from 'vitest';
import { z } from 'zod';

type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const document: z.ZodType<{ readonly paths: Paths }> = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** The service describes these routes, such as `POST /orders`, as OpenAPI 3.1. Returns its paths. */
export async function expectOpenApi(url: string, routes: readonly string[]): Promise<Paths> {
  const text = await (await fetch(`${url}/openapi.json`)).text();
  expect(await validate(text)).toMatchObject({ valid: true, version: '3.1' });
  const { paths } = document.parse(JSON.parse(text));
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
  expect(described).toEqual(expect.arrayContaining([...routes]));
  return paths;
}
