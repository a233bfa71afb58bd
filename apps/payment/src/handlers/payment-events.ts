import type { KeyObject } from 'node:crypto';
import { emails, openPaymentEvent, type PaymentEvent, paymentResults } from '@millrace/events';
import { type Message, type StatefulContext, type Store, store } from '@millrace/streams';
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
    if (changed !== account) state.set(event.payerId, changed);
    context.send(paymentResults, result);
    for (const email of requested) context.send(emails, email);
  };
}
