import type { PaymentResult } from '@millrace/events';
import type { Handler, StatefulContext } from '@millrace/streams';
import { orderBalances, paid } from '../balances.ts';
import { decide } from '../domain/decide.ts';

export const balanceHandler: Handler<PaymentResult, StatefulContext> = async ({ value: result }, context) => {
  const state = context.state(paid);
  const balance = decide((await state.get(result.orderId)) ?? 0, result);
  if (balance === undefined) return;
  state.set(balance.orderId, balance.pence);
  context.send(orderBalances, balance);
};
