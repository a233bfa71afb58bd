import { type Store, store, type Topic, topic } from '@millrace/streams';
import type { OrderBalance } from './domain/decide.ts';

/** What this service publishes, in order for one order. */
export const orderBalances: Topic<OrderBalance> = topic('example-balances', {
  key: ({ orderId }) => orderId,
});

/** Pence paid of each order, by its id. */
export const paid: Store<number> = store('paid');
