import { z } from 'zod';
import type { HttpServer } from './server.ts';

/** For machines that watch the service, and the document itself. */
const unlisted: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics', '/openapi.json']);

interface Route {
  readonly method: string | readonly string[];
  readonly url: string;
  readonly schema?: object | undefined;
}

type Parts = Readonly<Partial<Record<'params' | 'querystring' | 'headers' | 'body', unknown>>>;

/** `GET /openapi.json`: the routes that are added afterwards as an OpenAPI 3.1 document, made of their own zod schemas. */
export function describeRoutes(server: HttpServer, service: string): void {
  const routes: Route[] = [];
  let document: object | undefined;
  server.addHook('onRoute', ({ method, url, schema }) => {
    if (!unlisted.has(url) && !url.includes('*')) routes.push({ method, url, schema });
  });
  server.get('/openapi.json', () => {
    document ??= openApi(service, routes);
    return document;
  });
}

function openApi(service: string, routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, url, schema = {} } of routes) {
    const path = url.replace(/:(\w+)/g, '{$1}');
    for (const verb of [method].flat()) {
      if (verb === 'HEAD') continue;
      paths[path] = { ...paths[path], [verb.toLowerCase()]: operation(path, schema) };
    }
  }
  return {
    openapi: '3.1.1',
    info: { title: `Millrace ${service}`, version: '1.0.0' },
    paths,
    components: { schemas: { Problem: problem } },
  };
}

function operation(path: string, { params, querystring, headers, body }: Parts): object {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = [
    ...parametersOf('path', params),
    ...(params
      ? []
      : named.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))),
    ...parametersOf('query', querystring),
    ...parametersOf('header', headers),
  ];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(body instanceof z.ZodType && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } },
    }),
    responses: {
      '2XX': { description: 'Done, or accepted and stored.' },
      default: {
        description: 'What went wrong (RFC 9457).',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf(place: 'path' | 'query' | 'header', schema: unknown): readonly object[] {
  if (!(schema instanceof z.ZodType)) return [];
  const { properties = {}, required = [] } = schemaOf(schema);
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: own,
  }));
}

/** What is sent, before defaults and transformations. */
function schemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

const problem = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'Every wrong field of a request that does not have the right shape.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};
