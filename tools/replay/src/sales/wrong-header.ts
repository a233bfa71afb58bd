import type { Row } from './csv-reader.ts';
import { fileKind, kindBytes } from './file-kind.ts';
import { columns } from './parse-row.ts';

const shownCharacters = 200;

/** A row that is not the header, for an error: quoted, with control characters escaped, and what the file is instead. */
export function wrongHeader(header: Row): string {
  const text = header.join(',');
  const beginning = text.slice(0, kindBytes);
  const kind = fileKind(beginning);
  if (kind !== undefined) return `no text; ${kind}`;
  if (isUnreadable(beginning)) return 'no text in UTF-8';
  const shown = quote(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text);
  const advice = advices.find(({ found }) => found(text))?.advice;
  return advice === undefined ? shown : `${shown}; ${advice}`;
}

/** Texts that are often taken for a sales file. */
const advices: readonly { readonly found: (text: string) => boolean; readonly advice: string }[] = [
  { found: (text) => text === '', advice: 'it is blank; let the file begin with the header' },
  {
    found: (text) => text.toLowerCase().replaceAll(/["\s]/g, '') === columns.join(',').toLowerCase(),
    advice: 'the names have to be written exactly so',
  },
  {
    found: (text) => /^"?C?\d{6}"?,/.test(text),
    advice: 'it is a row already; let the file begin with the header',
  },
  { found: (text) => /^sep=.$/.test(text), advice: 'it is a hint for Excel; leave it out' },
  separated(';', '";"'),
  separated('\t', 'tabs'),
  separated('|', '"|"'),
  {
    found: (text) => /^\s*[<[{]/.test(text),
    advice: 'the file is HTML, XML or JSON; is its download what was meant?',
  },
];

function separated(separator: string, name: string): (typeof advices)[number] {
  return {
    found: (text) => text.split(separator).length > 2 && text.includes('InvoiceNo'),
    advice: `the fields are separated by ${name}; save the file with "," between them`,
  };
}

/** A text has of other control characters, and of bytes that are no UTF-8, a few at most. */
function isUnreadable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  const odd = text.match(/[\0-\x08\x0e-\x1a\x1c-\x1f\uef80-\uefff]/g)?.length ?? 0;
  return odd > 2 && odd * 8 > text.length;
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
