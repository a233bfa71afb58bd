import type { Topic } from '@millrace/streams';
import { emails } from './emails.ts';
import { inventoryEvents } from './inventory-events.ts';
import { inventoryResults } from './inventory-results.ts';
import { pageViews } from './page-views.ts';
import { paymentEvents } from './payment-events.ts';
import { paymentResults } from './payment-results.ts';
import { stockAllocations } from './stock-allocations.ts';
import { stockMovements } from './stock-movements.ts';
import { webserverEvents } from './webserver-events.ts';

/** Every topic of the shop; all must have the same number of partitions. */
export const allTopics: readonly Pick<Topic<unknown>, 'name' | 'schema'>[] = [
  paymentEvents,
  paymentResults,
  inventoryEvents,
  stockMovements,
  stockAllocations,
  inventoryResults,
  emails,
  webserverEvents,
  pageViews,
];
