import { emails, type PaymentEvent, paymentResults } from '@millrace/events';
import { type Message, type StatefulContext, type Store, store } from '@millrace/streams';
import { type Account, evolve, newAccount } from '../domain/account.ts';
import { decide } from '../domain/decide.ts';

/** By payer. */
export const accounts: Store<Account> = store('accounts');

export async function handlePaymentEvent(
  { value: event }: Message<PaymentEvent>,
  context: StatefulContext,
): Promise<void> {
  const state = context.state(accounts);
  const account = (await state.get(event.payerId)) ?? newAccount;
  const { result, emails: requested } = decide(account, event);
  const changed = evolve(account, result);
  if (changed !== account) state.set(event.payerId, changed);
  context.send(paymentResults, result);
  for (const email of requested) context.send(emails, email);
}
