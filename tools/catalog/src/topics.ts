import {
  emailRequestedSchema,
  emails,
  inventoryEventSchema,
  inventoryEvents,
  inventoryResultSchema,
  inventoryResults,
  pageViewSchema,
  pageViews,
  paymentEventSchema,
  paymentEvents,
  paymentResultSchema,
  paymentResults,
  stockAllocationSchema,
  stockAllocations,
  stockMovementSchema,
  stockMovements,
  webserverEventSchema,
  webserverEvents,
} from '@millrace/events';
import type { z } from 'zod';

export interface CatalogTopic {
  readonly name: string;
  readonly schema: z.ZodType;
  /** The field whose value is the record's key. */
  readonly key: string;
  readonly about: string;
  /** Services. */
  readonly producers: readonly string[];
  /** Groups. */
  readonly readers: readonly string[];
}

/** Every topic by which services meet, with who writes and who reads it. */
export const catalogTopics: readonly CatalogTopic[] = [
  {
    name: paymentEvents.name,
    schema: paymentEventSchema,
    key: 'payerId',
    about: 'What customers ask to be paid or paid back, in order for one payer.',
    producers: ['storefront'],
    readers: ['payment', 'database'],
  },
  {
    name: paymentResults.name,
    schema: paymentResultSchema,
    key: 'orderId',
    about: 'What became of payments and refunds.',
    producers: ['payment'],
    readers: ['inventory', 'crm', 'database'],
  },
  {
    name: inventoryEvents.name,
    schema: inventoryEventSchema,
    key: 'orderId',
    about: 'Stock that is asked for, brought back, corrected or delivered.',
    producers: ['storefront'],
    readers: ['inventory'],
  },
  {
    name: stockMovements.name,
    schema: stockMovementSchema,
    key: 'sku',
    about: 'One movement a line, in order for one stock-keeping unit.',
    producers: ['inventory'],
    readers: ['inventory-stock'],
  },
  {
    name: stockAllocations.name,
    schema: stockAllocationSchema,
    key: 'orderId',
    about: 'What a line got, and the level of its stock after that.',
    producers: ['inventory'],
    readers: ['inventory-orders', 'database'],
  },
  {
    name: inventoryResults.name,
    schema: inventoryResultSchema,
    key: 'orderId',
    about: 'Orders all of whose lines have their stock.',
    producers: ['inventory'],
    readers: ['shipping', 'crm', 'database'],
  },
  {
    name: emails.name,
    schema: emailRequestedSchema,
    key: 'orderId',
    about: 'E-mails to be written, those of one order in order.',
    producers: ['payment', 'shipping'],
    readers: ['email', 'database'],
  },
  {
    name: webserverEvents.name,
    schema: webserverEventSchema,
    key: 'client',
    about: 'Lines of the access log, well formed or not.',
    producers: ['storefront'],
    readers: ['webserver'],
  },
  {
    name: pageViews.name,
    schema: pageViewSchema,
    key: 'client',
    about: 'Access-log lines that were understood.',
    producers: ['webserver'],
    readers: ['database'],
  },
];
