import {
  emails,
  inventoryEvents,
  inventoryResults,
  pageViews,
  paymentEvents,
  paymentResults,
  stockAllocations,
  stockMovements,
  webserverEvents,
} from '@millrace/events';
import { type BatchRoute, onBatch, rawTopic, type Topic } from '@millrace/streams';
import type { PositionsInMemory } from '../adapters/positions-in-memory.ts';
import type { Auditor } from '../domain/audit/auditor.ts';
import type { Totals } from '../domain/totals.ts';
import type { FlowCounter } from '../live/flow.ts';
import type { OrderIndex } from '../orders/order-index.ts';
import { gather } from './gather.ts';

export interface Observers {
  readonly positions: PositionsInMemory;
  readonly totals: Totals;
  readonly auditor: Auditor;
  readonly flow: FlowCounter;
  readonly index: OrderIndex;
}

/** Every topic of the shop, each message counted once: the position moves in the same synchronous step. */
export function observedTopics(
  { positions, totals, auditor, flow, index }: Observers,
  size: number,
): BatchRoute[] {
  const observe = <Value>(topic: Topic<Value>, add: (event: Value, at: number) => void): BatchRoute =>
    onBatch(topic, size, async (messages, context) => {
      positions.advance(context);
      flow.add(topic.name, context.partition, messages.length);
      for (const { value, timestamp } of messages) add(value, timestamp);
      await gather(flow, messages.length, context.signal);
    });
  // What is only counted need not be decoded.
  const count = ({ name }: { readonly name: string }): BatchRoute => observe(rawTopic(name), () => undefined);
  return [
    observe(paymentEvents, (event, at) => {
      index.add(event.orderId, at, event.type, event.type === 'PaymentRequested' ? event.pence : null);
      auditor.addRequest(event, at);
    }),
    observe(paymentResults, (event, at) => {
      index.add(event.orderId, at, event.type);
      totals.addPayment(event);
      auditor.addResult(event, at);
    }),
    count(inventoryEvents),
    observe(stockMovements, (event) => auditor.addMovement(event)),
    observe(stockAllocations, (event, at) => auditor.addAllocation(event, at)),
    observe(inventoryResults, (event, at) => {
      index.add(event.orderId, at, event.type);
      totals.addAllocatedOrder();
      auditor.addAllocated(event, at);
    }),
    observe(emails, (event, at) => {
      index.add(event.orderId, at, event.status);
      auditor.addEmail(event, at);
    }),
    count(webserverEvents),
    observe(pageViews, (event) => totals.addPageView(event)),
  ];
}
