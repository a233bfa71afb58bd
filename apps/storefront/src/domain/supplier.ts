import type { StockLevel } from '@millrace/events';
import type { BasketItem } from './basket.ts';

/** Below so many pieces a supplier is sent for. */
const reorderBelow = 100;
/** What a delivery fills the shelf up to, after the orders that wait have got theirs. */
const fillUpTo = 200;

/** What a supplier brings of a product whose stock is at that level; undefined while there is enough. */
export function reorder(sku: string, level: StockLevel): BasketItem | undefined {
  const available = level.onHand - level.backordered;
  return available < reorderBelow ? { sku, quantity: fillUpTo - available } : undefined;
}
