import type { Row } from './csv-reader.ts';

const shownCharacters = 200;

/** A row that is not the header, for an error: quoted, with control characters escaped, and what the file is instead. */
export function wrongHeader(header: Row): string {
  const text = header.join(',');
  const shown = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
  const kind = kinds.find(({ found }) => found(text));
  if (kind?.packed) return `no text; ${kind.advice}`;
  return quote(shown) + (kind ? `; ${kind.advice}` : '');
}

interface Kind {
  readonly found: (text: string) => boolean;
  readonly advice: string;
  /** Its bytes say nothing to a person. */
  readonly packed?: true;
}

/** Files that are often taken for a sales file, known by how they begin. Bytes that are no UTF-8 stand as U+EF00 plus the byte. */
const kinds: readonly Kind[] = [
  packed('zstd', '\x28\uefb5\x2f\ueffd', 'zstd -d'),
  packed('xz', '\ueffd7zXZ', 'xz -d'),
  packed('bzip2', 'BZh', 'bunzip2'),
  packed('gzip twice', '\x1f\uef8b', 'gunzip'),
  {
    found: (text) => text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06'),
    advice:
      'the file is a zip archive or a spreadsheet; unpack it (`unzip`), or save the sheet as CSV with UTF-8',
    packed: true,
  },
  {
    found: (text) => /^(\uefff\ueffe|\ueffe\uefff)/.test(text) || /^(I\0n\0|\0I\0n)/.test(text),
    advice: 'the file is UTF-16; save it as UTF-8 (`iconv -f UTF-16 -t UTF-8`)',
  },
  {
    found: (text) => text.split(';').length > 2,
    advice: 'the fields are separated by ";"; save the file with "," between them',
  },
  {
    found: (text) => text.split('\t').length > 2,
    advice: 'the fields are separated by tabs; save the file with "," between them',
  },
];

function packed(kind: string, magic: string, command: string): Kind {
  return {
    found: (text) => text.startsWith(magic),
    advice: `the file is packed as ${kind}; unpack it (\`${command}\`) or pack it with gzip`,
    packed: true,
  };
}

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
