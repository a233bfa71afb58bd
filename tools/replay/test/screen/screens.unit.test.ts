import { expect, test } from 'vitest';
import { lineScreen } from '../../src/screen/line-screen.ts';
import { formatSeconds, type Status } from '../../src/screen/screen.ts';
import { Speed } from '../../src/screen/speed.ts';

const status: Status = {
  phase: 'feeding',
  fraction: 0.5,
  rows: 1_234,
  rowsPerSecond: 99.6,
  secondsLeft: 12.1,
  lag: 5_678,
};

test('lines come at once for a new phase and then every few seconds', () => {
  const lines: string[] = [];
  const screen = lineScreen((line) => lines.push(line));
  screen.show(status);
  screen.show(status);
  screen.note('something');
  screen.show({ ...status, phase: 'catching up', secondsLeft: undefined });
  expect(lines).toEqual([
    'feeding: 50 %, 1,234 rows, 100/s, 13 s left, backlog 5,678\n',
    'something\n',
    'catching up: 50 %, 1,234 rows, 100/s, ? left, backlog 5,678\n',
  ]);
});

test('times are rounded up to a readable unit', () => {
  expect([0.2, 99, 100, 5_999, 6_000, Number.POSITIVE_INFINITY, undefined].map(formatSeconds)).toEqual([
    '1 s',
    '99 s',
    '2 min',
    '100 min',
    '2 h',
    '?',
    '?',
  ]);
});

test('speed is that of the last seconds', () => {
  const speed = new Speed(1_000);
  expect(speed.add(0, 0)).toBe(0);
  expect(speed.add(500, 500)).toBe(1_000);
  expect(speed.add(500, 1_500)).toBe(0);
});
