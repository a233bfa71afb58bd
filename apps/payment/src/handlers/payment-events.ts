import type { KeyObject } from 'node:crypto';
import { emails, type PaymentEvent, paymentResults } from '@millrace/events';
import { openPaymentEvent } from '@millrace/events/open-card';
import { type Message, type StateAccess, type StatefulContext, type Store, store } from '@millrace/streams';
import { type Account, evolve, newAccount } from '../domain/account.ts';
import { decide } from '../domain/decide.ts';

/** By payer. */
export const accounts: Store<Account> = store('accounts');

type PaymentEventHandler = (message: Message<PaymentEvent>, context: StatefulContext) => Promise<void>;

/** The only place where a card is opened. One that the key does not open goes to the dead letters. */
export function paymentEventHandler(key: KeyObject): PaymentEventHandler {
  return async ({ value }, context) => {
    const event = openPaymentEvent(value, key);
    const state = context.state(accounts);
    const account = (await state.get(event.payerId)) ?? newAccount;
    const { result, emails: requested } = decide(account, event);
    const changed = evolve(account, result);
    if (changed !== account) keep(state, event.payerId, changed);
    context.send(paymentResults, result);
    for (const email of requested) context.send(emails, email);
  };
}

/** An account at 0 is as good as a new one: what all came back of is forgotten. */
function keep(state: StateAccess<Account>, payerId: string, account: Account): void {
  if (account.balance === newAccount.balance) state.delete(payerId);
  else state.set(payerId, account);
}
