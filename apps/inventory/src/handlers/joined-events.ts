import { type InventoryEvent, type PaymentResult, stockMovements } from '@millrace/events';
import { type Message, type StatefulContext, type Store, store } from '@millrace/streams';
import { join, joinKey, type Waiting } from '../domain/join.ts';

/** The half of a sale or refund that came first, by join key. */
export const waitingHalves: Store<Waiting> = store('waiting-halves');

export async function handleJoined(
  { value: event }: Message<InventoryEvent | PaymentResult>,
  context: StatefulContext,
): Promise<void> {
  const key = joinKey(event);
  const state = context.state(waitingHalves);
  const before = key === undefined ? undefined : await state.get(key);
  const { waiting, movements } = join(before, event);
  if (key !== undefined && waiting !== before) {
    if (waiting) state.set(key, waiting);
    else state.delete(key);
  }
  for (const movement of movements) context.send(stockMovements, movement);
}
