import { allTopics, inventoryResults } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { openPartitionTimers } from '@millrace/service/delays';
import { on } from '@millrace/streams';
import { type ShippingConfig, shippingVariables } from './config.ts';
import { deliveries, deliveryAlarms } from './delivery-queue.ts';
import { dueHandler } from './handlers/delivery-alarms.ts';
import { shippingHandler } from './handlers/inventory-results.ts';

/**
 * Ships allocated orders and delivers them after a while. Orders on their way wait in keyed state, committed in the step
 * that ships them; timers, records of a topic of shipping's own, make the steps that deliver what is due. So nothing
 * blocks a partition, and a crash forgets no delivery: whoever gains the partition rings for it first.
 */
export const shipping: Service<ShippingConfig> = service({
  name: 'shipping',
  port: 4004,
  variables: shippingVariables,
  topics: [...allTopics, deliveryAlarms.spec],
  define: (context) => {
    const timers = openPartitionTimers(context, deliveryAlarms);
    return {
      groups: [
        {
          group: 'shipping',
          mode: 'partitioned',
          delivery: 'exactly-once',
          routes: [
            on(inventoryResults, shippingHandler({ delayMs: context.config.DELIVERY_DELAY_MS, timers })),
            on(deliveryAlarms.topic, dueHandler(timers)),
          ],
          stores: deliveries.stores,
          observer: timers.observer(),
        },
      ],
    };
  },
});
