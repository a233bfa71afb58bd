import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { allTopics } from '@millrace/events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AsyncApiDocument, asyncApi } from '../src/asyncapi.ts';
import { breakingChanges } from '../src/breaking.ts';
import { runCatalog } from '../src/program.ts';
import { catalogTopics } from '../src/topics.ts';

const docs = join(import.meta.dirname, '../../../docs/reference');

describe('the catalogue', () => {
  it('has every topic of the shop', () => {
    expect(catalogTopics.map(({ name }) => name)).toEqual(allTopics.map(({ name }) => name));
  });

  it('is an AsyncAPI 3 document to the parser of AsyncAPI', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi()));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    expect(
      document
        ?.channels()
        .all()
        .map((channel) => channel.address()),
    ).toEqual(allTopics.map(({ name }) => name));
    const requested = document?.components().messages().get('PaymentRequested');
    expect(requested?.payload()?.properties()).toHaveProperty('stockLines');
    expect(requested?.bindings().get('kafka')?.value()).toMatchObject({ key: { type: 'string' } });
  });

  it('stands in docs/reference as the code has it, and breaks no reader', () => {
    const said: string[] = [];
    expect(runCatalog(['check'], { folder: docs, print: (line) => said.push(line) })).toBe(0);
    expect(said).toEqual([]);
  });
});

const base = {
  type: z.literal('Paid'),
  pence: z.int().max(100),
  note: z.string().optional(),
  lines: z.array(z.object({ sku: z.string() })),
  channel: z.enum(['web', 'mobile']),
};

function documentOf(fields: z.ZodRawShape, name = 'payments'): AsyncApiDocument {
  const about = { key: 'orderId', about: '', producers: ['a'], readers: ['b'] };
  return asyncApi([{ name, schema: z.object(fields), ...about }]);
}

describe('a change of a schema', () => {
  it.each<readonly [string, z.ZodRawShape]>([
    ['another optional field', { ...base, more: z.string().optional() }],
    ['that a field is personal', { ...base, pence: z.int().max(100).meta({ personal: true }) }],
    ['a description', { ...base, pence: z.int().max(100).describe('in pence') }],
    [
      'an optional field within a list',
      { ...base, lines: z.array(z.object({ sku: z.string(), size: z.string().optional() })) },
    ],
  ])('by %s breaks nothing', (_, fields) => {
    expect(breakingChanges(documentOf(base), documentOf(fields))).toEqual([]);
  });

  it.each<readonly [string, z.ZodRawShape, string]>([
    ['a field that is gone', { ...base, note: undefined as never }, 'Paid.note: the field is gone'],
    ['a new required field', { ...base, more: z.string() }, 'Paid.more: is required now'],
    ['a field that becomes required', { ...base, note: z.string() }, 'Paid.note: is required now'],
    [
      'a field that may be missing',
      { ...base, pence: z.int().max(100).optional() },
      'Paid.pence: may be missing',
    ],
    ['another type', { ...base, pence: z.string() }, 'Paid.pence: type was "integer" and is "string"'],
    ['a lower limit', { ...base, pence: z.int().max(50) }, 'Paid.pence: maximum was 100 and is 50'],
    ['a higher limit', { ...base, pence: z.int().max(200) }, 'Paid.pence: maximum was 100 and is 200'],
    [
      'another value of a list of values',
      { ...base, channel: z.enum(['web', 'mobile', 'shop']) },
      'Paid.channel: enum',
    ],
    [
      'a change within a list',
      { ...base, lines: z.array(z.object({ code: z.string() })) },
      'Paid.lines[].sku: the field is gone',
    ],
    ['another name', { ...base, type: z.literal('Payed') }, 'Paid is gone'],
  ])('by %s breaks readers', (_, fields, sentence) => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, schema]) => schema !== undefined));
    expect(breakingChanges(documentOf(base), documentOf(given)).join('\n')).toContain(sentence);
  });

  it('by a topic that is gone breaks readers', () => {
    expect(breakingChanges(documentOf(base), documentOf(base, 'others'))).toEqual([
      expect.stringContaining('payments: the topic is gone'),
    ]);
  });

  it('that breaks readers is written only when it is asked for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    const said: string[] = [];
    const run = (words: readonly string[], fields: z.ZodRawShape): number =>
      runCatalog(words, { folder, print: (line) => said.push(line), current: documentOf(fields) });
    expect(run(['write'], base)).toBe(0);
    const { pence: _, ...without } = base;
    expect(run(['check'], without)).toBe(1);
    expect(run(['write'], without)).toBe(1);
    expect(said.join('\n')).toContain('breaking: Paid.pence: the field is gone');
    expect(readFileSync(join(folder, 'asyncapi.json'), 'utf8')).toContain('"pence"');
    expect(run(['write', '--breaking'], without)).toBe(0);
    expect(run(['check'], without)).toBe(0);
    expect(run([], base)).toBe(2);
  });
});
