import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { describe, expect, it } from 'vitest';
import { attributeNames } from '../src/attribute-names.ts';
import { sourceText } from './source-text.ts';

describe('the registry of attributes', () => {
  it('has no two of one name', () => {
    const names = Object.values(attributeNames);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes the names of the semantic conventions that it says it takes, deprecated ones apart', () => {
    const current = new Set<unknown>(Object.values(conventions));
    const ours = Object.values(attributeNames).filter((name) => !name.startsWith('millrace.'));
    expect(ours.filter((name) => !current.has(name))).toEqual([]);
    expect(Object.values(attributeNames)).not.toContain(conventions.ATTR_MESSAGING_SYSTEM);
  });

  it('has none that no span has', () => {
    const source = sourceText();
    const unused = Object.keys(attributeNames).filter(
      (name) => !new RegExp(`\\b${name}\\b[,:]? ?`).test(source),
    );
    expect(unused).toEqual([]);
  });

  it('is where every name stands: no other file spells one', () => {
    const prefixes = Object.values(attributeNames).map((name) => name.slice(0, name.lastIndexOf('.')));
    const spelled = new RegExp(`['"\`](${[...new Set(prefixes)].join('|')})\\.[a-z_]+['"\`]`, 'g');
    expect(sourceText().match(spelled) ?? []).toEqual([]);
  });
});
