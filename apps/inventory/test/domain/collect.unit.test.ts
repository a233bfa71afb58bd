import type { LineAllocated } from '@millrace/events';
import { expect, test } from 'vitest';
import { type Collected, collect } from '../../src/domain/collect.ts';

function allocated(line: number, lines: number, second: number): LineAllocated {
  return {
    type: 'LineAllocated',
    occurredAt: `2010-12-01T08:26:0${second}.000Z`,
    orderId: '536365',
    payerId: '17850',
    line,
    lines,
    sku: '85123A',
    quantity: 6,
    pence: 1530,
    level: { version: 1, onHand: 4, backordered: 0 },
  };
}

test('an order is allocated with its last line, at the time of the latest, and leaves no state', () => {
  let state: Collected | undefined;
  const orders = [allocated(3, 3, 1), allocated(1, 3, 5), allocated(2, 3, 2)].map((line) => {
    const { collected, order } = collect(state, line);
    state = collected;
    return order;
  });
  expect(orders).toEqual([
    undefined,
    undefined,
    {
      type: 'OrderAllocated',
      occurredAt: '2010-12-01T08:26:05.000Z',
      orderId: '536365',
      payerId: '17850',
      lines: 3,
    },
  ]);
  expect(state).toBeUndefined();
});

test('an order of one line never has state', () => {
  expect(collect(undefined, allocated(7, 1, 0))).toMatchObject({ collected: undefined, order: { lines: 1 } });
});
