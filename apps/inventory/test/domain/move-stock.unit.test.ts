import type { StockAllocation } from '@millrace/events';
import { expect, test } from 'vitest';
import { fillsPerStep } from '../../src/domain/credit.ts';
import { credited, debited, demanded } from './movement-examples.ts';
import { Warehouse } from './warehouse.ts';

test('a line takes what is on hand', () => {
  const [allocation] = new Warehouse(10).move(demanded('A', 6));
  expect(allocation).toEqual({
    ...demanded('A', 6),
    type: 'LineAllocated',
    level: { version: 1, onHand: 4, backordered: 0 },
  });
});

test('what is lacking is backordered, and what was there is set aside for the line', () => {
  const allocations = new Warehouse(4).move(demanded('A', 6));
  expect(allocations).toMatchObject([
    { type: 'LineBackordered', quantity: 6, lacking: 2, level: { onHand: 0, backordered: 2 } },
  ]);
});

test('waiting lines are filled first in, first out, and a small later line does not overtake', () => {
  const warehouse = new Warehouse(0);
  warehouse.move(demanded('A', 5));
  warehouse.move(demanded('B', 1));
  expect(warehouse.move(credited('P1', 4))).toMatchObject([
    { type: 'StockChanged', level: { backordered: 2 } },
  ]);
  expect(allocatedOrders(warehouse.move(credited('P2', 1)))).toEqual(['A']);
  expect(allocatedOrders(warehouse.move(credited('P3', 3)))).toEqual(['B']);
  expect(warehouse.stocks.get('85123A')).toMatchObject({ onHand: 2, backordered: 0, setAside: 0 });
});

test('a line filled later is allocated with all that it was demanded with', () => {
  const warehouse = new Warehouse(2);
  warehouse.move(demanded('A', 6));
  const [allocation] = warehouse.move(credited('P1', 10));
  expect(allocation).toEqual({
    ...demanded('A', 6),
    type: 'LineAllocated',
    level: { version: 2, onHand: 6, backordered: 0 },
  });
});

test('a debit beyond what is on hand is owed, and later credits pay it before any line', () => {
  const warehouse = new Warehouse(3);
  expect(warehouse.move(debited('D', 5))).toMatchObject([
    { type: 'StockChanged', cause: 'correction', quantity: -5, level: { onHand: 0, backordered: 2 } },
  ]);
  warehouse.move(demanded('A', 1));
  expect(allocatedOrders(warehouse.move(credited('P1', 2)))).toEqual([]);
  expect(warehouse.stocks.get('85123A')).toMatchObject({ owed: 0, backordered: 1 });
  expect(allocatedOrders(warehouse.move(credited('P2', 1)))).toEqual(['A']);
});

test('every event of a movement tells the level after the whole movement', () => {
  const warehouse = new Warehouse(0);
  warehouse.move(demanded('A', 1));
  warehouse.move(demanded('B', 1));
  const levels = warehouse.move(credited('P1', 5)).map(({ level }) => level);
  expect(levels).toEqual(Array(3).fill({ version: 3, onHand: 3, backordered: 0 }));
});

test('a large delivery is taken in step by step, none of them large, and nothing gets in between', () => {
  const lines = 2 * fillsPerStep + 7;
  const warehouse = new Warehouse(0);
  for (let line = 1; line <= lines; line++) warehouse.move(demanded('A', 2, line));
  const allocations = warehouse.move(credited('P1', 1000));
  expect(warehouse.largestStep).toBe(fillsPerStep);
  expect(allocations.flatMap((event) => (event.type === 'LineAllocated' ? [event.line] : []))).toEqual(
    Array.from({ length: lines }, (_, index) => index + 1),
  );
  const changes = allocations.filter((event) => event.type === 'StockChanged');
  expect(changes.map(({ part, quantity }) => [part, quantity])).toEqual([
    [0, 2 * fillsPerStep],
    [1, 2 * fillsPerStep],
    [2, 1000 - 4 * fillsPerStep],
  ]);
  expect(warehouse.queue.size).toBe(0);
});

test("a SKU's own state stays small however many lines wait", () => {
  const warehouse = new Warehouse(0);
  for (let line = 1; line <= 10_000; line++) warehouse.move(demanded('A', 1, line));
  expect(JSON.stringify(warehouse.stocks.get('85123A')).length).toBeLessThan(120);
});

function allocatedOrders(allocations: readonly StockAllocation[]): string[] {
  return allocations.filter(({ type }) => type === 'LineAllocated').map(({ orderId }) => orderId);
}
