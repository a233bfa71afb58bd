import type { StockDemanded } from '@millrace/events';
import type { Moved } from './move-stock.ts';
import { levelOf, type Stock } from './stock.ts';

/** Takes what is on hand; what is lacking waits behind every line that waits already. */
export function demand(before: Stock, movement: StockDemanded): Moved {
  const { occurredAt, orderId, payerId, guest, line, lines, sku, quantity, pence } = movement;
  const taken = Math.min(before.onHand, quantity);
  const lacking = quantity - taken;
  const taking = { ...before, version: before.version + 1, onHand: before.onHand - taken };
  if (lacking === 0) {
    const level = levelOf(taking);
    return { stock: taking, allocations: [{ ...movement, type: 'LineAllocated', level }], filled: [] };
  }
  const stock = { ...taking, backordered: before.backordered + lacking, tail: before.tail + 1 };
  const level = levelOf(stock);
  return {
    stock,
    allocations: [
      { type: 'LineBackordered', occurredAt, orderId, line, sku, quantity, pence, lacking, level },
    ],
    queued: {
      position: before.tail,
      line: { orderId, payerId, guest, line, lines, quantity, pence, lacking },
    },
    filled: [],
  };
}
