import type { StockDebited } from '@millrace/events';
import type { Moved } from './move-stock.ts';
import { levelOf, type Stock } from './stock.ts';

/** Writes off what is on hand; the rest is owed. */
export function debit(before: Stock, movement: StockDebited): Moved {
  const { occurredAt, orderId, line, sku, quantity } = movement;
  const taken = Math.min(before.onHand, quantity);
  const stock = {
    ...before,
    version: before.version + 1,
    onHand: before.onHand - taken,
    owed: before.owed + quantity - taken,
  };
  return {
    stock,
    allocations: [
      {
        type: 'StockChanged',
        occurredAt,
        orderId,
        line,
        sku,
        cause: 'correction',
        reference: orderId,
        part: 0,
        quantity: -quantity,
        level: levelOf(stock),
      },
    ],
    filled: [],
  };
}
