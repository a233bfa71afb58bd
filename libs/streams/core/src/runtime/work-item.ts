import { asBuffer } from '../as-buffer.ts';
import { StreamsError } from '../errors.ts';
import type { Delivery } from '../record.ts';
import type { HandlerResult } from './handler-result.ts';
import type { AnyRoute, Settings } from './settings.ts';

/** What is handled, retried and dead-lettered as one: a message, or the messages that a batch route gets together. */
export interface WorkItem {
  readonly route: AnyRoute;
  readonly deliveries: readonly Delivery[];
  /** Items of one key queue are handled one after another. */
  readonly keyQueue: string;
  attempt: number;
  /** What handling it came to, once that is decided. */
  result: HandlerResult | undefined;
  /** With external positions: its dead letter is stored, and its handler only saves the position after it. */
  letterStored: boolean;
}

/** The work items of a fetched batch, in order. Runs of one topic become batches where its route takes batches. */
export function workItemsOf(settings: Settings, deliveries: readonly Delivery[]): WorkItem[] {
  const items: WorkItem[] = [];
  let run: Delivery[] = [];
  let at = 0;
  for (const delivery of deliveries) {
    at += 1;
    const route = routeOf(settings, delivery);
    if (route.kind === 'message') {
      items.push({
        route,
        deliveries: [delivery],
        keyQueue: keyQueueOf(settings, delivery),
        attempt: delivery.attempt,
        result: undefined,
        letterStored: false,
      });
      continue;
    }
    run.push(delivery);
    const next = deliveries[at];
    const ends =
      next?.topic !== delivery.topic || run.length >= route.size || next.attempt > 1 || delivery.attempt > 1;
    if (!ends) continue;
    items.push(batchItem(route, run));
    run = [];
  }
  return items;
}

/** A failed batch, message by message, so that one poison message does not take the others with it. */
export function split(item: WorkItem): WorkItem[] {
  return item.deliveries.map((delivery) => ({ ...batchItem(item.route, [delivery]), attempt: item.attempt }));
}

function batchItem(route: AnyRoute, deliveries: readonly Delivery[]): WorkItem {
  const first = deliveries[0];
  return {
    route,
    deliveries,
    keyQueue: `\u0000${first?.topic}`,
    attempt: first?.attempt ?? 1,
    result: undefined,
    letterStored: false,
  };
}

function keyQueueOf(settings: Settings, delivery: Delivery): string {
  if (settings.concurrency === 1 || delivery.key === null) return '';
  return asBuffer(delivery.key).toString('latin1');
}

function routeOf(settings: Settings, delivery: Delivery): AnyRoute {
  const route = settings.routes.get(delivery.topic);
  if (route) return route;
  throw new StreamsError(
    'INTERNAL',
    `group ${settings.group} got a record of topic ${delivery.topic}, which it did not subscribe to`,
  );
}
