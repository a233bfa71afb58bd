import { expect, test, vi } from 'vitest';
import { parseOptions } from '../../src/command/options.ts';

test('leaves open what was not given', () => {
  expect(parseOptions(['--sales', 'a.csv'])).toEqual({ sales: 'a.csv', maxLag: 50_000, patience: 60 });
});

test('reads numbers', () => {
  const options = parseOptions([
    '--run',
    'a',
    '--opening-stock',
    '0',
    '--partitions',
    '12',
    '--max-lag',
    '5',
    '--email-members',
    '3',
  ]);
  expect(options).toMatchObject({ run: 'a', openingStock: 0, partitions: 12, maxLag: 5, emailMembers: 3 });
});

test.each([
  [['--opening-stock', '-1'], /whole number of at least 0/],
  [['--opening-stock', '1.5'], /whole number/],
  [['--partitions', '0'], /at least 1/],
  [['--email-mode', 'mixed'], /Allowed choices are partitioned, competing/],
  [['--email-members', '0'], /at least 1/],
  [['--sales'], /argument missing/],
  [['--nonsense'], /unknown option/],
])('refuses %j', (argv, expected) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const answer = parseOptions(argv);
  const said = written.mock.calls.join('');
  written.mockRestore();
  expect(answer).toEqual({ exitCode: 1 });
  expect(said).toMatch(expected);
});

test('shows its help', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const answer = parseOptions(['--help']);
  const said = written.mock.calls.join('');
  written.mockRestore();
  expect(answer).toEqual({ exitCode: 0 });
  expect(said).toMatch(/npm run replay -- --sales FILE/);
});
