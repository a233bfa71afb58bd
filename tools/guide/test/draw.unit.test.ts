import type { GuideEvent } from '@millrace/guide';
import { describe, expect, test } from 'vitest';
import { besideEachOther } from '../src/draw/beside.ts';
import { Drawing } from '../src/draw/drawing.ts';
import { columnsOf, flow, wrap } from '../src/draw/flow.ts';
import { paint } from '../src/draw/paint.ts';
import { drawTable } from '../src/draw/table.ts';

const place = { topic: 'orders', partition: 0 } as const;
const at = { sequence: 0, atMs: 0 } as const;
const stored = (label: string, offset: string, partition = 0): GuideEvent => ({
  ...at,
  ...place,
  partition,
  kind: 'stored',
  key: null,
  label,
  offset,
  timestamp: 0,
});
const handled = (kind: 'delivered' | 'acknowledged', label: string, offset: string): GuideEvent => {
  const fact = { ...at, ...place, consumer: 'C1', group: 'g', label, offset };
  return kind === 'delivered' ? { ...fact, kind, attempt: 1 } : { ...fact, kind };
};
const sent = (text: string, script = false, times = 1): GuideEvent => ({
  ...at,
  kind: 'command',
  command: { source: 'sent', text, times, script, ofTheBook: text.startsWith('XADD') },
});
const step: GuideEvent = { ...at, kind: 'step', title: 'Next', text: 'And so on.' };

function drawn(
  events: readonly GuideEvent[],
  { width = 80, allCommands = false, colours = false } = {},
): string {
  const drawing = new Drawing({ brush: paint(colours), width, allCommands });
  return [...events.flatMap((event) => drawing.add(event)), ...drawing.end()].join('\n');
}

describe('lines', () => {
  test('are broken between pieces, and go on below the first one', () => {
    expect(flow(['one', 'two', 'three'], { width: 12, first: '  ', separator: ' | ' })).toBe(
      '  one | two |\n  three',
    );
    expect(wrap('as long as it is', { width: 8 })).toBe('as long\nas it is');
  });

  test('of a narrow terminal are not longer than it is, with colours or without', () => {
    const events = [...Array(30).keys()].map((index) => stored(`Order ${index}`, String(index)));
    for (const colours of [false, true]) {
      const lines = drawn(events, { width: 50, colours }).split('\n');
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(51);
    }
  });
});

describe('a drawing', () => {
  test('has one lane for each partition, and for each partition and consumer', () => {
    expect(
      drawn([
        stored('A', '0'),
        stored('X', '0', 1),
        stored('B', '1'),
        handled('delivered', 'A', '0'),
        handled('acknowledged', 'A', '0'),
        handled('delivered', 'B', '1'),
      ]),
    ).toBe(
      ['  orders[0] ◂━━ A │ B │ 0 … 1', '  orders[1] ◂━━ X │ 0', '  orders[0] ━━▸ C1  A ✓ │ B'].join('\n'),
    );
  });

  test('tells an acknowledgement on its own when its delivery is drawn already', () => {
    expect(drawn([handled('delivered', 'A', '0'), step, handled('acknowledged', 'A', '0')])).toBe(
      ['  orders[0] ━━▸ C1  A', '', '▸ Next  And so on.', '  ✓ C1 acknowledged A'].join('\n'),
    );
  });

  test('shows the commands of the book and counts the others, or shows all', () => {
    const commands = [
      sent('XADD orders * value 1', true),
      sent('HGET millrace:groups g', false, 2),
      sent('ZADD millrace:members 1 m', true),
    ];
    expect(drawn(commands)).toBe(
      ['    script XADD orders * value 1', '    and 2 more, 1 by scripts; --commands shows them'].join('\n'),
    );
    expect(drawn(commands, { allCommands: true }).split('\n')).toHaveLength(3);
  });

  test('names a script by what it says of itself', () => {
    const script = sent(
      String.raw`EVAL "#!lua flags=allow-oom\n--[[\nStores commits, each whole or not.\n\nKEYS" 1 a`,
    );
    expect(drawn([script], { allCommands: true })).toContain('EVAL … (Stores commits, each whole or not)');
  });

  test('puts the requests of Kafka into one line', () => {
    expect(drawn([sent('Produce v12', false, 3), sent('Fetch v17')])).toBe(
      '    sent Produce v12  ×3 · Fetch v17',
    );
  });
});

describe('a table', () => {
  test('has a line below its head, and numbers to the right', () => {
    expect(
      drawTable(
        ['node', 'records'],
        [
          ['a', '7'],
          ['longer', '1,234'],
        ],
        { indent: 2 },
      ),
    ).toBe(['  node    records', '  ──────  ───────', '  a             7', '  longer    1,234'].join('\n'));
  });

  test('aligns cells with colours as those without', () => {
    const { good } = paint(true);
    const [, , first = '', second = ''] = drawTable(
      ['claims', 'time'],
      [
        [good('✓'), '1 s'],
        ['–', ''],
      ],
    ).split('\n');
    expect(columnsOf(first)).toBe(columnsOf('✓        1 s'));
    expect(second).toBe('–');
  });
});

test('a lane of very many records shows the first and the last', () => {
  const text = drawn(
    Array.from({ length: 100 }, (_, index) => stored(`R${index}`, String(index))),
    { width: 100 },
  );
  expect(text).toContain('R11 │ … 76 more … │ R88');
  expect(text.split('\n').length).toBeLessThan(6);
});

test('two texts stand beside each other, and neither runs into the other', () => {
  const { record } = paint(true);
  expect(besideEachOther(['a', record('too long')], ['b'], 5, ' │ ')).toEqual(['a     │ b', 'too … │']);
});
