import {
  allTopics,
  inventoryEvents,
  paymentResults,
  stockAllocations,
  stockMovements,
} from '@millrace/events';
import { type Service, service } from '@millrace/service';
import { on } from '@millrace/streams';
import { type InventoryConfig, inventoryVariables } from './config.ts';
import { handleJoined, waitingHalves } from './handlers/joined-events.ts';
import { collectedOrders, handleStockAllocation } from './handlers/stock-allocations.ts';
import { queuedLines, stockMover, stocks } from './handlers/stock-movements.ts';

/** Turns paid orders into allocated ones in three stages, each keyed by what it must keep in order. */
export const inventory: Service<InventoryConfig> = service({
  name: 'inventory',
  port: 4003,
  variables: inventoryVariables,
  topics: allTopics,
  define: ({ config }) => ({
    groups: [
      // By order: a request for stock meets its payment, whichever comes first, and becomes a movement per line.
      {
        group: 'inventory',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(inventoryEvents, handleJoined), on(paymentResults, handleJoined)],
        stores: [waitingHalves],
        dedupe: { window: { count: 100_000 } },
        // One order makes a movement per line: a hundred of them already fill a step.
        batch: 100,
      },
      // By SKU: movements meet what is on hand and the lines that wait.
      {
        group: 'inventory-stock',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(stockMovements, stockMover(config.OPENING_STOCK))],
        stores: [stocks, queuedLines],
        batch: 200,
      },
      // By order again: the last line that gets its units completes the order.
      {
        group: 'inventory-orders',
        mode: 'partitioned',
        delivery: 'exactly-once',
        routes: [on(stockAllocations, handleStockAllocation)],
        stores: [collectedOrders],
        batch: 200,
      },
    ],
  }),
});
