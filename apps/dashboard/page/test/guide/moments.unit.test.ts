import type { GuideEvent } from '@millrace/guide/events';
import { expect, test } from 'vitest';
import { momentsOf } from '../../src/pages/guide/moments.ts';

test('one side is shown drawn event by drawn event, each with what follows it undrawn', () => {
  expect(momentsOf([side('Sduud')])).toEqual([[0], [1], [4], [5]]);
});

test('two sides are shown in the same step: whoever has fewer events in it waits at its end', () => {
  expect(momentsOf([side('SdddSd'), side('SdSdd')])).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 2],
    [5, 3],
    [6, 4],
    [6, 5],
  ]);
});

test('a side that has ended stays at its end', () => {
  expect(momentsOf([side('Sd'), side('SdSd')]).slice(-2)).toEqual([
    [2, 3],
    [2, 4],
  ]);
});

test('each moment goes on from the one before, whatever comes in between, and the last shows everything', () => {
  const [left, right] = ['uSdduSudd', 'SdudSd'];
  for (let count = 0; count <= left.length; count++) {
    const moments = momentsOf([side(left.slice(0, count)), side(right)]);
    expect(moments.at(-1)).toEqual([count, right.length]);
    for (const [index, moment] of moments.entries()) {
      const before = moments[index - 1] ?? [0, 0];
      expect(moment.every((shown, each) => shown >= (before[each] ?? 0))).toBe(true);
    }
  }
});

/** S: a step begins, d: something that is drawn, u: something that is not. */
function side(letters: string): readonly GuideEvent[] {
  return [...letters].map(eventOf);
}

function eventOf(letter: string, sequence: number): GuideEvent {
  const when = { sequence, atMs: 0 };
  if (letter === 'S') return { ...when, kind: 'step', title: '', text: '' };
  if (letter === 'd') return { ...when, kind: 'topic-created', topic: 'orders', partitions: 1 };
  return { ...when, kind: 'command', command: { source: 'command-line', text: 'XADD orders' } };
}
