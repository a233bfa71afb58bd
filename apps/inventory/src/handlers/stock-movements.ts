import { type StockMovement, stockAllocations, stockMovements } from '@millrace/events';
import { type Handler, type StateAccess, type StatefulContext, type Store, store } from '@millrace/streams';
import { moveStock, positionsToFill } from '../domain/move-stock.ts';
import { openStock, type QueuedLine, queueKey, type Stock } from '../domain/stock.ts';

/** By SKU. */
export const stocks: Store<Stock> = store('stocks');
/** Lines that wait for units, by SKU and position, so that a SKU's own entry stays small however many wait. */
export const queuedLines: Store<QueuedLine> = store('queued-lines');

export function stockMover(openingStock: number): Handler<StockMovement, StatefulContext> {
  return async ({ value: movement }, context) => {
    const { sku } = movement;
    const levels = context.state(stocks);
    const queue = context.state(queuedLines);
    const stock = (await levels.get(sku)) ?? openStock(openingStock);
    const lines = await linesAt(queue, sku, positionsToFill(stock, movement));
    const moved = moveStock(stock, movement, lines);
    levels.set(sku, moved.stock);
    if (moved.queued) queue.set(queueKey(sku, moved.queued.position), moved.queued.line);
    for (const position of moved.filled) queue.delete(queueKey(sku, position));
    for (const allocation of moved.allocations) context.send(stockAllocations, allocation);
    if (moved.rest) context.send(stockMovements, moved.rest);
  };
}

async function linesAt(
  queue: StateAccess<QueuedLine>,
  sku: string,
  positions: readonly number[],
): Promise<readonly QueuedLine[]> {
  if (positions.length === 0) return [];
  return Promise.all(
    positions.map(async (position) => {
      const line = await queue.get(queueKey(sku, position));
      if (line) return line;
      throw new Error(`the queue of SKU ${sku} has no line at position ${position}`);
    }),
  );
}
