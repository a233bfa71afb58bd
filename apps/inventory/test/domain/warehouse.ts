import type { StockAllocation, StockMovement } from '@millrace/events';
import { moveStock, positionsToFill } from '../../src/domain/move-stock.ts';
import { openStock, type QueuedLine, queueKey, type Stock } from '../../src/domain/stock.ts';

/** The second stage of the inventory over state kept in memory. */
export class Warehouse {
  readonly stocks: Map<string, Stock> = new Map();
  readonly queue: Map<string, QueuedLine> = new Map();
  /** The most lines that one step filled. */
  largestStep = 0;
  readonly #opening: number;

  constructor(opening: number) {
    this.#opening = opening;
  }

  /** Moves stock and whatever the step sends on. */
  move(movement: StockMovement): StockAllocation[] {
    const { sku } = movement;
    const before = this.stocks.get(sku) ?? openStock(this.#opening);
    const lines = positionsToFill(before, movement).map((position) => this.#queued(sku, position));
    const { stock, allocations, queued, filled, rest } = moveStock(before, movement, lines);
    this.stocks.set(sku, stock);
    if (queued) this.queue.set(queueKey(sku, queued.position), queued.line);
    for (const position of filled) this.queue.delete(queueKey(sku, position));
    this.largestStep = Math.max(this.largestStep, filled.length);
    return rest ? [...allocations, ...this.move(rest)] : [...allocations];
  }

  #queued(sku: string, position: number): QueuedLine {
    const line = this.queue.get(queueKey(sku, position));
    if (!line) throw new Error(`no line at position ${position} of ${sku}`);
    return line;
  }
}
