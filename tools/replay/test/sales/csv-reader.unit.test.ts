import { requireOracle } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvReader, type Row } from '../../src/sales/csv-reader.ts';
import { chunked, collect } from './chunked.ts';
import { python } from './python.ts';

describe('a row', () => {
  test.each<[string, string, Row[]]>([
    [
      'of plain fields',
      'a,b,\n,c\n',
      [
        ['a', 'b', ''],
        ['', 'c'],
      ],
    ],
    ['ends with any line end', 'a\nb\rc\r\nd', [['a'], ['b'], ['c'], ['d']]],
    ['can be blank', 'a\n\n\r\nb', [['a'], [], [], ['b']]],
    ['has commas and line ends in quotes', '"a,b\r\nc",d\n', [['a,b\r\nc', 'd']]],
    ['doubles quotes in quotes', '"say ""hi""",b\n', [['say "hi"', 'b']]],
    ['has quotes elsewhere as they are', 'a"b",c "d"\n', [['a"b"', 'c "d"']]],
    ['goes on after the closing quote', '"a"b"c,d\n', [['ab"c', 'd']]],
    ['has empty quoted fields', '"",""\n""', [['', ''], ['']]],
    ['may end with the file in quotes', 'a,"b\nc', [['a', 'b\nc']]],
    ['is UTF-8', '£5,漢字,😀\n', [['£5', '漢字', '😀']]],
  ])('%s', async (_, text, rows) => {
    expect(await read(text)).toEqual(rows);
    expect(await read(text, [1])).toEqual(rows);
  });

  test('without a closing quotation mark does not fill the memory', async () => {
    await expect(read(`a,"${'b'.repeat(3_000_000)}`)).rejects.toThrow(/row 1 .* quotation mark/);
  });

  test('of very many fields does not either', async () => {
    const [row] = await read(','.repeat(1_000_000));
    expect(row?.length).toBeLessThan(100);
  });

  test('keeps bytes that are not UTF-8 apart', () => {
    const rows = new CsvReader().read('Zo\xe8,Zo\xe9,\xc3\xa9\xff\n');
    expect(rows).toEqual([['Zo\uefe8', 'Zo\uefe9', 'é\uefff']]);
  });
});

const text = fc.string({
  unit: fc.constantFrom('"', '"', ',', '\n', '\r', '\r\n', 'a', ' ', 'é', '😀'),
  maxLength: 40,
});
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test('chunks make no difference, wherever they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(text, sizes, async (content, cuts) => {
      expect(await read(content, cuts)).toEqual(await read(content));
    }),
  );
});

requireOracle()("rows are those of Python's csv module", () => {
  test('for any mixture of quotation marks, commas and line ends', async () => {
    const samples = fc.sample(text, { numRuns: 1500, seed: 5 });
    const program = `
import csv, io, json, sys
samples = json.load(io.TextIOWrapper(sys.stdin.buffer, 'utf-8'))
print(json.dumps([list(csv.reader(io.StringIO(sample, newline=''))) for sample in samples]))`;
    const expected = python(program, JSON.stringify(samples));
    expect(await Promise.all(samples.map((sample) => read(sample)))).toEqual(expected);
  }, 30_000);
});

function read(content: string, cuts?: readonly number[]): Promise<Row[]> {
  return collect(rowsOf(content, cuts));
}

async function* rowsOf(content: string, cuts?: readonly number[]): AsyncGenerator<readonly Row[]> {
  const reader = new CsvReader();
  for await (const chunk of chunked(content, cuts)) yield reader.read(chunk);
  yield reader.end();
}
