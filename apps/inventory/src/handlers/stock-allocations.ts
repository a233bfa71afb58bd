import { inventoryResults, type StockAllocation } from '@millrace/events';
import { type Message, type StatefulContext, type Store, store } from '@millrace/streams';
import { type Collected, collect } from '../domain/collect.ts';

/** By order, while lines are missing. */
export const collectedOrders: Store<Collected> = store('collected-orders');

export async function handleStockAllocation(
  { value: allocation }: Message<StockAllocation>,
  context: StatefulContext,
): Promise<void> {
  if (allocation.type !== 'LineAllocated') return;
  const state = context.state(collectedOrders);
  const before = await state.get(allocation.orderId);
  const { collected, order } = collect(before, allocation);
  if (collected) state.set(allocation.orderId, collected);
  else if (before) state.delete(allocation.orderId);
  if (order) context.send(inventoryResults, order);
}
