import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  emailRequestedSchema,
  inventoryEventSchema,
  inventoryResultSchema,
  pageViewSchema,
  paymentEventSchema,
  paymentResultSchema,
  stockAllocationSchema,
  stockMovementSchema,
  webserverEventSchema,
} from '../src/index.ts';
import { checkOf } from '../src/quick-check.ts';
import { quick } from '../src/quick-schema.ts';
import * as example from './examples.ts';

const payments = [example.paymentRequested, example.refundRequested];
const allocations = [example.lineAllocated, example.lineBackordered, example.stockChanged];

const cases: [string, z.ZodType<unknown>, readonly unknown[]][] = [
  ['payment events', paymentEventSchema, payments],
  ['payment results', paymentResultSchema, example.results],
  ['inventory events', inventoryEventSchema, example.inventory],
  ['stock movements', stockMovementSchema, example.movements],
  ['stock allocations', stockAllocationSchema, allocations],
  ['inventory results', inventoryResultSchema, [example.orderAllocated]],
  ['e-mails', emailRequestedSchema, example.emailRequests],
  ['webserver events', webserverEventSchema, [example.requestLogged]],
  ['page views', pageViewSchema, [example.pageViewed]],
];

const oddValues = [
  undefined,
  null,
  '',
  ' ',
  'x',
  '4242',
  '2010-12-01T08:26:00.000Z',
  '2011-02-29T00:00:00Z',
  '2012-02-29T23:59:59Z',
  '2010-12-01',
  'web',
  0,
  -0,
  1,
  -1,
  1.5,
  2 ** 53,
  2 ** 53 - 1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  true,
  [],
  [1],
  {},
  { version: 1 },
  { length: 1 },
  () => 1,
  Symbol('x'),
];

/** The value with each of its parts, however deep, replaced by each odd value, taken away or added to. */
function* variationsOf(value: unknown): Generator<unknown> {
  yield* oddValues;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const variation of variationsOf(item)) yield value.with(index, variation);
    yield [...value, ...value];
    return;
  }
  yield { ...value, further: 1 };
  for (const [name, part] of Object.entries(value)) {
    const { [name]: _, ...rest } = Object.fromEntries(Object.entries(value));
    yield rest;
    yield { ...rest, further: part };
    for (const variation of variationsOf(part)) yield { ...value, [name]: variation };
  }
}

describe.each(cases)('%s', (_name, schema, events) => {
  test('are decided quickly', () => {
    const check = checkOf(schema);
    expect(events.filter((event) => check?.(event)).length).toBeGreaterThan(0);
  });

  test('are judged as zod judges them', () => {
    const { validate } = quick(schema)['~standard'];
    for (const event of events) {
      expect(validate(event)).toEqual({ value: schema.parse(event) });
      for (const variation of variationsOf(event))
        expect(validate(variation)).toEqual(schema['~standard'].validate(variation));
    }
  });
});

test.each([
  ['a kind that is not known', z.object({ at: z.date() })],
  ['a limit that is not known', z.string().max(3)],
  ['a check of its own', z.object({ a: z.int() }).refine(({ a }) => a > 1)],
  ['further fields', z.looseObject({ a: z.int() })],
  ['a pattern with a memory', z.string().regex(/a/g)],
  ['a change of the value', z.string().trim()],
  ['fields that may be missing', z.object({ a: z.int().optional() })],
])('a schema with %s stays as it is', (_name, schema) => {
  expect(quick<unknown>(schema)).toBe(schema);
});
