import type { StockAllocation, StockMovement } from '@millrace/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { credited, debited, demanded } from './movement-examples.ts';
import { Warehouse } from './warehouse.ts';

const quantity = fc.integer({ min: 1, max: 30 });
const kind = fc.constantFrom('demand', 'demand', 'credit', 'debit');

const movements = fc
  .array(fc.tuple(kind, quantity), { maxLength: 80 })
  .map((steps) => steps.map(([what, units], index) => movement(what, units, `${index}`)));

const opening = fc.integer({ min: 0, max: 60 });

test('stock on hand, waited for and owed is what was opened, demanded, credited and debited', () => {
  fc.assert(
    fc.property(opening, movements, (units, all) => {
      const warehouse = new Warehouse(units);
      const allocations = all.flatMap((each) => warehouse.move(each));
      const net =
        units + total(all, 'StockCredited') - total(all, 'StockDemanded') - total(all, 'StockDebited');
      const stock = warehouse.stocks.get('85123A');
      if (!stock) return;
      expect(stock.onHand).toBe(Math.max(net, 0));
      expect(stock.backordered + stock.owed).toBe(Math.max(-net, 0));
      expect(allocations.at(-1)?.level).toEqual({
        version: all.length,
        onHand: stock.onHand,
        backordered: stock.backordered + stock.owed,
      });
    }),
  );
});

test('demanded is allocated or waits in the queue, and what is lacking there is what is backordered', () => {
  fc.assert(
    fc.property(opening, movements, (units, all) => {
      const warehouse = new Warehouse(units);
      const allocations = all.flatMap((each) => warehouse.move(each));
      const waiting = [...warehouse.queue.values()];
      const stock = warehouse.stocks.get('85123A');
      expect(total(all, 'StockDemanded')).toBe(
        total(allocations, 'LineAllocated') + sum(waiting, 'quantity'),
      );
      expect(stock?.backordered ?? 0).toBe(sum(waiting, 'lacking') - (stock?.setAside ?? 0));
      expect(waiting.length).toBe((stock?.tail ?? 0) - (stock?.head ?? 0));
    }),
  );
});

test('every line is allocated at most once, and in the order in which lines were demanded', () => {
  fc.assert(
    fc.property(opening, movements, (units, all) => {
      const warehouse = new Warehouse(units);
      const allocated = orders(
        all.flatMap((each) => warehouse.move(each)),
        'LineAllocated',
      );
      expect(allocated).toEqual(orders(all, 'StockDemanded').slice(0, allocated.length));
    }),
  );
});

test('a line is backordered exactly when it is not allocated at once, and nothing is on hand while any waits', () => {
  fc.assert(
    fc.property(opening, movements, (units, all) => {
      const warehouse = new Warehouse(units);
      for (const each of all) {
        const first = warehouse.move(each)[0];
        if (each.type === 'StockDemanded') expect(first?.orderId).toBe(each.orderId);
        const stock = warehouse.stocks.get('85123A');
        if (stock && stock.onHand > 0) expect(stock).toMatchObject({ owed: 0, backordered: 0, setAside: 0 });
      }
    }),
  );
});

function movement(what: string, units: number, orderId: string): StockMovement {
  if (what === 'demand') return demanded(orderId, units);
  return what === 'credit' ? credited(orderId, units) : debited(orderId, units);
}

type Counted = StockMovement | StockAllocation;

function total(events: readonly Counted[], type: Counted['type']): number {
  return sum(
    events.filter((event) => event.type === type),
    'quantity',
  );
}

function sum<Field extends string>(values: readonly Record<Field, number>[], field: Field): number {
  return values.reduce((units, value) => units + value[field], 0);
}

function orders(events: readonly Counted[], type: Counted['type']): string[] {
  return events.filter((event) => event.type === type).map(({ orderId }) => orderId);
}
