import { type InventoryResult, isGuest, type PaymentResult } from '@millrace/events';
import type { BatchContext, Message } from '@millrace/streams';
import type { CustomerStore } from '../adapters/customer-store.ts';
import { changeBy, merge } from '../domain/profile-change.ts';

type Result = PaymentResult | InventoryResult;

/** Applies a batch as one change a customer. */
export function profileKeeper(
  customers: CustomerStore,
): (messages: readonly Message<Result>[], context: BatchContext) => Promise<void> {
  return (messages, context) => {
    const changes = messages.map(({ value }) => changeBy(value, isGuest));
    return customers.apply(context, merge(changes.filter((change) => change !== undefined)));
  };
}
