import { type StockAllocation, type StockMovement, stockAllocations, stockMovements } from '@millrace/events';
import {
  type Handler,
  type Headers,
  type SendOptions,
  type StateAccess,
  type StatefulContext,
  type Store,
  store,
} from '@millrace/streams';
import { moveStock, positionsToFill } from '../domain/move-stock.ts';
import { openStock, type QueuedLine, queueKey, type Stock } from '../domain/stock.ts';

/** A line that waits, and the trace of its order: what fills it is in another one. */
interface WaitingLine {
  readonly line: QueuedLine;
  readonly traceparent?: string;
}

/** By SKU. */
export const stocks: Store<Stock> = store('stocks');
/** Lines that wait for units, by SKU and position, so that a SKU's own entry stays small however many wait. */
export const queuedLines: Store<WaitingLine> = store('queued-lines');

const none: readonly never[] = [];

export function stockMover(openingStock: number): Handler<StockMovement, StatefulContext> {
  return async (message, context) => {
    const movement = message.value;
    const { sku } = movement;
    const levels = context.state(stocks);
    const queue = context.state(queuedLines);
    const stock = (await levels.get(sku)) ?? openStock(openingStock);
    const positions = positionsToFill(stock, movement);
    const waiting = positions.length === 0 ? none : await linesAt(queue, sku, positions);
    const moved = moveStock(
      stock,
      movement,
      waiting.map(({ line }) => line),
    );
    levels.set(sku, moved.stock);
    if (moved.queued) {
      const { position, line } = moved.queued;
      queue.set(queueKey(sku, position), { line, ...traceOf(message.headers) });
    }
    for (const position of moved.filled) queue.delete(queueKey(sku, position));
    for (const allocation of moved.allocations) {
      context.send(stockAllocations, allocation, inTraceOf(allocation, waiting));
    }
    if (moved.rest) context.send(stockMovements, moved.rest);
  };
}

function traceOf({ traceparent }: Headers): { readonly traceparent?: string } {
  return traceparent === undefined ? {} : { traceparent };
}

/** A line that has waited goes on with its order's trace. */
function inTraceOf(allocation: StockAllocation, waiting: readonly WaitingLine[]): SendOptions {
  if (waiting.length === 0 || allocation.type !== 'LineAllocated') return {};
  const { orderId, line: number } = allocation;
  const waited = waiting.find(({ line }) => line.orderId === orderId && line.line === number);
  return waited?.traceparent === undefined ? {} : { headers: { traceparent: waited.traceparent } };
}

async function linesAt(
  queue: StateAccess<WaitingLine>,
  sku: string,
  positions: readonly number[],
): Promise<readonly WaitingLine[]> {
  return Promise.all(
    positions.map(async (position) => {
      const line = await queue.get(queueKey(sku, position));
      if (line) return line;
      throw new Error(`the queue of SKU ${sku} has no line at position ${position}`);
    }),
  );
}
