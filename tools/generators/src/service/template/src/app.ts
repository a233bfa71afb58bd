import { allTopics, paymentResults } from '@millrace/events';
import { noVariables, type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { orderBalances, paid } from './balances.ts';
import { balanceHandler } from './handlers/payment-results.ts';

/** Keeps what is paid of each order and publishes it; the balance, the position and the event are one commit. */
export const exampleService: Service<object> = service({
  name: 'example',
  port: 4000,
  variables: noVariables,
  topics: [...allTopics, orderBalances],
  define: () => ({
    groups: [
      {
        group: 'example',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(paymentResults, balanceHandler)],
        stores: [paid],
        outputs: [orderBalances],
      },
    ],
  }),
});
