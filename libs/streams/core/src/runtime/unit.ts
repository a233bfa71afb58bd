import { asBuffer } from '../buffers.ts';
import { StreamsError } from '../errors.ts';
import type { Delivery } from '../record.ts';
import type { HandlerResult } from './outcome.ts';
import type { AnyRoute, Settings } from './settings.ts';

/** What is handled, retried and dead-lettered as one: a message, or the messages that a batch route gets together. */
export interface WorkItem {
  readonly route: AnyRoute;
  readonly deliveries: readonly Delivery[];
  /** Units of one lane are handled one after another. */
  readonly lane: string;
  attempt: number;
  /** What handling it came to, once that is decided. */
  outcome: HandlerResult | undefined;
}

/** The units of a fetched batch, in order. Runs of one topic become batches where its route takes batches. */
export function unitsOf(settings: Settings, deliveries: readonly Delivery[]): WorkItem[] {
  const units: WorkItem[] = [];
  let run: Delivery[] = [];
  let at = 0;
  for (const delivery of deliveries) {
    at += 1;
    const route = routeOf(settings, delivery);
    if (route.kind === 'message') {
      units.push({
        route,
        deliveries: [delivery],
        lane: laneOf(settings, delivery),
        attempt: delivery.attempt,
        outcome: undefined,
      });
      continue;
    }
    run.push(delivery);
    const next = deliveries[at];
    const ends =
      next?.topic !== delivery.topic || run.length >= route.size || next.attempt > 1 || delivery.attempt > 1;
    if (!ends) continue;
    units.push(batchUnit(route, run));
    run = [];
  }
  return units;
}

/** A failed batch, message by message, so that one poison message does not take the others with it. */
export function split(unit: WorkItem): WorkItem[] {
  return unit.deliveries.map((delivery) => ({ ...batchUnit(unit.route, [delivery]), attempt: unit.attempt }));
}

function batchUnit(route: AnyRoute, deliveries: readonly Delivery[]): WorkItem {
  const first = deliveries[0];
  return {
    route,
    deliveries,
    lane: `\u0000${first?.topic}`,
    attempt: first?.attempt ?? 1,
    outcome: undefined,
  };
}

function laneOf(settings: Settings, delivery: Delivery): string {
  if (settings.concurrency === 1 || delivery.key === null) return '';
  return asBuffer(delivery.key).toString('latin1');
}

function routeOf(settings: Settings, delivery: Delivery): AnyRoute {
  const route = settings.routes.get(delivery.topic);
  if (route) return route;
  throw new StreamsError(
    'INTERNAL',
    `group ${settings.group} was handed a record of topic ${delivery.topic}, which it did not ask for`,
  );
}
