import { AsyncResource } from 'node:async_hooks';
import { allTopics, inventoryResults } from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { DeliveryTimers } from './adapters/delivery-timers.ts';
import { publishAlarm } from './adapters/publish-alarm.ts';
import { deliveryAlarms, deliveryAlarmsRetention } from './alarm-topic.ts';
import { type ShippingConfig, shippingVariables } from './config.ts';
import { deliveries, queueBounds } from './delivery-queue.ts';
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
  topics: [...allTopics, { name: deliveryAlarms.name, retention: deliveryAlarmsRetention }],
  define: ({ config, streams, log, resources }) => {
    // An alarm rings for whatever is due: it belongs to nothing that whoever set it was doing.
    const fire = AsyncResource.bind(publishAlarm(streams, config.PARTITIONS));
    const timers = resources.use(new DeliveryTimers(fire, log));
    return {
      groups: [
        {
          group: 'shipping',
          mode: 'partitioned',
          delivery: 'exactly-once',
          routes: [
            on(inventoryResults, shippingHandler({ delayMs: config.DELIVERY_DELAY_MS, timers })),
            on(deliveryAlarms, dueHandler(timers)),
          ],
          stores: [deliveries, queueBounds],
          observer: {
            leaseGained: ({ partition }) => timers.set(partition, Date.now()),
            leaseEnded: ({ partition }) => timers.clear(partition),
          },
        },
      ],
    };
  },
});
