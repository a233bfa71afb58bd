import { accessLogFigures, accessLogLines, requireOracle, shared } from '@millrace/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunked } from '../sales/chunked.ts';
import { python } from '../sales/python.ts';
import { serve } from './webserver.ts';

test.each([1, 2, 3])('generated access logs come to what the rules say (seed %i)', async (seed) => {
  const lines = [...accessLogLines({ seed, lines: 2000 })];
  expect(await serve(chunked(lines.join(''), [1000]))).toEqual(accessLogFigures(lines));
});

const words = fc.constantFrom(
  '::1',
  '-',
  'frank',
  '[17/May/2015:10:05:03 +0000]',
  '[17/May/2015:10:05:03 -0730]',
  '[1/May/2015:10:05:03 +0000]',
  '[99/Xyz/2015:99:99:99 +9999]',
  '"GET / HTTP/1.1"',
  '"GET /"',
  '"GET / HTTP/1."',
  '"GET  / HTTP/1.1"',
  '"get / HTTP/1.1"',
  '"GET /a"b HTTP/2"',
  '"M-SEARCH * HTTP/1.1"',
  '"-"',
  '""',
  '"a b"',
  '"\\"',
  '"\\""',
  '"a\\\\"',
  '"\\\u2028"',
  '"é\u2028"',
  '200',
  '20',
  '٢٠٠',
  '000',
  '5',
  '٥',
  '',
  '\ufeff',
  'a\u00a0b',
  'a\x1cb',
  'a\x85b',
);
const good = [
  '::1',
  '-',
  '-',
  '[17/May/2015:10:05:03 +0000]',
  '"GET / HTTP/1.1"',
  '200',
  '5',
  '"-"',
  '"curl"',
];
const line = fc
  .array(fc.tuple(fc.nat(8), words), { maxLength: 3 })
  .map((changes) => changes.reduce((fields, [index, word]) => fields.with(index, word), good).join(' '));

requireOracle()('lines are judged as the oracle judges them', () => {
  test('however they are made up', async () => {
    const lines = fc.sample(
      fc.oneof(
        line,
        fc.array(words, { maxLength: 10 }).map((all) => all.join(' ')),
      ),
      {
        numRuns: 4000,
        seed: 3,
      },
    );
    const program = `
import io, json, sys, tempfile
exec(open(sys.argv.pop(1)).read().rsplit('main()', 1)[0])
with tempfile.NamedTemporaryFile() as log:
    log.write(sys.stdin.buffer.read())
    log.flush()
    print(json.dumps(webserver(log.name)))`;
    const text = lines.join('\n');
    expect(await serve(chunked(text))).toEqual(python(program, text, shared.oracle));
  }, 30_000);
});
