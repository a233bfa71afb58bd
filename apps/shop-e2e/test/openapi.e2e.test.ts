import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '@millrace/testing';
import { validate } from '@scalar/openapi-parser';
import { expect, it } from 'vitest';
import { z } from 'zod';

const document = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

it.each([
  ['storefront', ['GET /products/{sku}', 'POST /orders', 'POST /refunds', 'POST /stock']],
  ['crm', ['GET /customers', 'GET /customers/{id}']],
  ['database', ['GET /orders/{id}', 'GET /report']],
  ['dashboard', []],
])('%s describes its routes as OpenAPI 3.1', async (app, expected) => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'openapi-'));
  await using service = new ServiceProcess({ app, environment: { DATA_DIR, SHOPPER: 'off' } });
  const text = await (await fetch(`${await service.ready}/openapi.json`)).text();
  expect(await validate(text)).toMatchObject({ valid: true, version: '3.1' });
  const { paths } = document.parse(JSON.parse(text));
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
  expect(routes).toEqual(expect.arrayContaining(expected));
  if (app === 'storefront') {
    expect(paths['/orders']?.['post']).toMatchObject({
      parameters: [{ name: 'idempotency-key', in: 'header', required: false }],
      requestBody: {
        content: { 'application/json': { schema: { required: ['card', 'basket'] } } },
      },
    });
  }
});
