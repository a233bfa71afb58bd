import type { StockAllocation, StockCredited, StockMovement } from '@millrace/events';
import { credit, fillsPerStep } from './credit.ts';
import { debit } from './debit.ts';
import { demand } from './demand.ts';
import type { QueuedLine, Stock } from './stock.ts';

export interface Moved {
  readonly stock: Stock;
  readonly allocations: readonly StockAllocation[];
  /** A line to keep at the position of the queue. */
  readonly queued?: { readonly position: number; readonly line: QueuedLine };
  /** The positions of the queue that are filled and can be deleted. */
  readonly filled: readonly number[];
  /** What one step could not take in of a large credit: a movement to send on. */
  readonly rest?: StockCredited;
}

/** The positions of the queue that the movement can fill: `moveStock` must be given the lines there. */
export function positionsToFill(stock: Stock, movement: StockMovement): readonly number[] {
  if (movement.type !== 'StockCredited') return [];
  const length = Math.min(stock.tail - stock.head, Math.max(movement.quantity - stock.owed, 0), fillsPerStep);
  return Array.from({ length }, (_, index) => stock.head + index);
}

/** Moves the stock of one SKU. `queue` holds the lines at `positionsToFill`, in that order. */
export function moveStock(stock: Stock, movement: StockMovement, queue: readonly QueuedLine[]): Moved {
  switch (movement.type) {
    case 'StockDemanded':
      return demand(stock, movement);
    case 'StockDebited':
      return debit(stock, movement);
    case 'StockCredited':
      return credit(stock, movement, queue);
    default:
      return movement satisfies never;
  }
}
