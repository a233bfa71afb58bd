import { allTopics, paymentEvents } from '@millrace/events';
import { type CardKeyConfig, cardKey, cardKeyVariables, type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { accounts, paymentEventHandler } from './handlers/payment-events.ts';

/** Decides payments and refunds, in order for one payer: each decision, its e-mail and the new balance in one step. */
export const payment: Service<CardKeyConfig> = service({
  name: 'payment',
  port: 4002,
  variables: cardKeyVariables,
  topics: allTopics,
  define: ({ config }) => ({
    groups: [
      {
        group: 'payment',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(paymentEvents, paymentEventHandler(cardKey('payment', config)))],
        stores: [accounts],
        dedupe: { window: { count: 100_000 } },
      },
    ],
  }),
});
