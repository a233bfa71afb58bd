import type { OrderAllocated } from '@millrace/events';
import { type StatefulContext, type Store, store } from '@millrace/streams';

/** An order on its way. */
export interface Delivery {
  readonly order: OrderAllocated;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly delayMs: number;
  /** The trace of the order: the alarm that delivers it is in another one. */
  readonly traceparent?: string;
}

/** The deliveries of a partition stand at the places from `first` up to `next` (excluded), in the order of shipping. */
interface Bounds {
  readonly first: number;
  readonly next: number;
}

/** One entry a delivery, so that a step costs the same however many orders are on their way. */
export const deliveries: Store<Delivery> = store('deliveries');
export const queueBounds: Store<Bounds> = store('delivery-queue');

const boundsKey = 'bounds';

export async function enqueue(context: StatefulContext, delivery: Delivery): Promise<void> {
  const state = context.state(queueBounds);
  const { first, next } = (await state.get(boundsKey)) ?? { first: 0, next: 0 };
  context.state(deliveries).set(String(next), delivery);
  state.set(boundsKey, { first, next: next + 1 });
}

export interface Due {
  readonly deliveries: readonly Delivery[];
  /** When to look again; undefined when nothing is on its way. */
  readonly nextDueAt: number | undefined;
}

/** Takes what is due at `now`, at most `limit`. All take equally long, so the first in the queue is the first due. */
export async function takeDue(context: StatefulContext, now: number, limit: number): Promise<Due> {
  const state = context.state(queueBounds);
  const queue = context.state(deliveries);
  const bounds = await state.get(boundsKey);
  if (!bounds) return { deliveries: [], nextDueAt: undefined };
  const taken: Delivery[] = [];
  let place = bounds.first;
  let head = await queue.get(String(place));
  while (head && head.dueAt <= now && taken.length < limit) {
    taken.push(head);
    queue.delete(String(place));
    place++;
    head = place < bounds.next ? await queue.get(String(place)) : undefined;
  }
  if (taken.length > 0) state.set(boundsKey, { first: place, next: bounds.next });
  return { deliveries: taken, nextDueAt: head?.dueAt };
}
