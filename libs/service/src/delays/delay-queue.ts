import { type StatefulContext, type Store, store } from '@millrace/streams';

/** The items of a queue stand at the places from `first` up to `next` (excluded), in the order in which they were added. */
interface Bounds {
  readonly first: number;
  readonly next: number;
}

export interface Due<Item> {
  readonly items: readonly Item[];
  /** When to look again, in milliseconds since the epoch; undefined when nothing waits. */
  readonly nextDueAt: number | undefined;
}

/**
 * Items that wait in the keyed state of their partition, committed in the step that adds or takes them, one entry an item:
 * a step costs the same however many wait. A partition has several queues, one for each length of a wait, so that the
 * first of a queue is always its first due. Only for groups with concurrency 1, whose steps do not overlap.
 */
export class DelayQueue<Item extends { readonly dueAt: number }> {
  readonly #items: Store<Item>;
  readonly #bounds: Store<Bounds>;

  /** The names of the two stores. */
  constructor(items: string, bounds: string) {
    this.#items = store(items);
    this.#bounds = store(bounds);
  }

  /** For the group's list of stores. */
  get stores(): readonly [Store<Item>, Store<Bounds>] {
    return [this.#items, this.#bounds];
  }

  /** Items of one queue are all due equally long after they are added. */
  async add(context: StatefulContext, item: Item, queue = ''): Promise<void> {
    const state = context.state(this.#bounds);
    const { first, next } = (await state.get(boundsKey(queue))) ?? { first: 0, next: 0 };
    context.state(this.#items).set(itemKey(queue, next), item);
    state.set(boundsKey(queue), { first, next: next + 1 });
  }

  /** Takes what is due at `now`, at most `limit`. */
  async takeDue(context: StatefulContext, now: number, limit: number, queue = ''): Promise<Due<Item>> {
    const state = context.state(this.#bounds);
    const items = context.state(this.#items);
    const bounds = await state.get(boundsKey(queue));
    if (!bounds) return { items: [], nextDueAt: undefined };
    const taken: Item[] = [];
    let place = bounds.first;
    let head = await items.get(itemKey(queue, place));
    while (head && head.dueAt <= now && taken.length < limit) {
      taken.push(head);
      items.delete(itemKey(queue, place));
      place++;
      head = place < bounds.next ? await items.get(itemKey(queue, place)) : undefined;
    }
    if (taken.length > 0) state.set(boundsKey(queue), { first: place, next: bounds.next });
    return { items: taken, nextDueAt: head?.dueAt };
  }
}

function boundsKey(queue: string): string {
  return queue === '' ? 'bounds' : `${queue}/bounds`;
}

function itemKey(queue: string, place: number): string {
  return queue === '' ? String(place) : `${queue}/${place}`;
}
