import { allTopics, paymentEvents } from '@millrace/events';
import { noVariables, type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { accounts, handlePaymentEvent } from './handlers/payment-events.ts';

/** Decides payments and refunds, in order for one payer: each decision, its e-mail and the new balance in one step. */
export const payment: Service<object> = service({
  name: 'payment',
  port: 4002,
  variables: noVariables,
  topics: allTopics,
  parts: () => ({
    groups: [
      {
        group: 'payment',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(paymentEvents, handlePaymentEvent)],
        stores: [accounts],
        dedupe: { window: { count: 100_000 } },
      },
    ],
  }),
});
