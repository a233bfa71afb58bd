import type {
  EmailRequested,
  InventoryResult,
  PaymentEvent,
  PaymentResult,
  StockAllocation,
} from '@millrace/events';
import { BoundedSet } from './bounded-set.ts';
import type { Findings } from './findings.ts';
import { Latencies } from './latencies.ts';
import {
  idOf,
  isComplete,
  newOrder,
  type OpenOrder,
  plainId,
  resultKinds,
  type SavedOrder,
} from './open-order.ts';
import { overdueOf, type Waiting, waitingSince, withoutRequest } from './overdue.ts';
import type { Check } from './verdict.ts';

const remembered = 20_000;
/**
 * Above this many open orders the oldest are no longer followed. Each takes half a kilobyte, and as much again while the
 * checkpoint is written: more would not fit the heap that `npm start` gives a service.
 */
const mostOpen = 20_000;
/** So many of those that are not followed are known, so that what still happens to them is not taken for new. */
const mostForgotten = 50_000;

export interface SavedOrderBook {
  readonly open: readonly SavedOrder[];
  readonly closed: readonly string[];
  readonly closedCount: number;
  readonly closedPence: number;
  readonly isPartial: boolean;
  /** Absent in what an earlier version saved. */
  readonly forgotten?: readonly string[];
  readonly forgottenCount?: number;
}

/** Follows each order through all topics, from the request to its last e-mail; each step may happen once. */
export class OrderBook {
  readonly #findings: Findings;
  readonly #open = new Map<string, OpenOrder>();
  /** Goes on where it was; all before it are gone. */
  readonly #oldest = this.#open.keys();
  readonly #closed = new BoundedSet<string>(remembered);
  readonly #latencies = new Latencies();
  /** Of what is closed: requests, results and e-mails agree in it. */
  closedPence = 0;
  closed = 0;
  /** Orders that are not followed to their end, because too many were open at once. */
  forgotten = 0;
  readonly #forgotten = new BoundedSet<string>(mostForgotten);
  /** Whether the beginning of an order may be unknown, or that it was complete forgotten. */
  #isPartial = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get open(): number {
    return this.#open.size;
  }

  /** From request to shipping, milliseconds, of what shipped after `since`. */
  latencies(since: number): readonly number[] {
    return this.#latencies.since(since);
  }

  /** From now on an order may have begun before what was read: without its request nothing is expected of it. */
  beginInTheMiddle(): void {
    this.#isPartial = true;
  }

  /** Whether something that began before `before` is not complete and waits for no stock. */
  isUnderWay(before: number): boolean {
    for (const order of this.#open.values()) {
      const isKnown = order.requested !== undefined || !this.#isPartial;
      if (isKnown && order.since < before && order.backordered.size === 0) return true;
    }
    return false;
  }

  /** Orders to which nothing has happened since `before`, and that wait for something else than stock. */
  overdue(before: number): Waiting | undefined {
    // Of what began before the first record that was read nothing is expected.
    if (this.#isPartial) for (const id of withoutRequest(this.#open.values(), before)) this.#open.delete(id);
    return waitingSince(this.#open.values(), before);
  }

  /** The oldest that wait, at most 5, for people. */
  overdueIds(before: number): readonly string[] {
    return [...overdueOf(this.#open.values(), before)].slice(0, 5).map(({ id }) => plainId(id));
  }

  waitingForStock(): number {
    let count = 0;
    for (const { backordered } of this.#open.values()) if (backordered.size > 0) count++;
    return count;
  }

  addRequest(event: PaymentEvent, at: number): void {
    const order = this.#of(idOf(event), at);
    // A request that is published twice is one request: the payment service drops the second by its id.
    if (order?.requested !== undefined || order === undefined) return;
    order.requested = event.pence;
    order.stockLines = event.stockLines;
    if (order.result) this.#compare(order, 'money', order.result.pence, event.pence, at);
    this.#closeIfComplete(order);
  }

  addResult(event: PaymentResult, at: number): void {
    const id = idOf(event);
    const order = this.#of(id, at);
    if (order === undefined || order.result) {
      this.#twice('money', event.type, id, at);
      return;
    }
    order.result = { kind: resultKinds[event.type], pence: event.pence };
    order.stockLines = event.stockLines;
    if (order.requested !== undefined) this.#compare(order, 'money', event.pence, order.requested, at);
    if (order.told !== undefined) this.#compare(order, 'e-mails', order.told, event.pence, at);
    this.#closeIfComplete(order);
  }

  addAllocation(event: StockAllocation, at: number): void {
    if (event.type === 'StockChanged') return;
    const order = this.#of(event.orderId, at);
    if (order === undefined) {
      this.#twice('stock', event.type, event.orderId, at);
      return;
    }
    if (event.type === 'LineBackordered') {
      order.backordered.add(event.line);
      return;
    }
    order.backordered.delete(event.line);
    order.linesAllocated++;
    if (order.linesAllocated > event.lines) this.#twice('stock', event.type, event.orderId, at);
    this.#closeIfComplete(order);
  }

  addAllocated(event: InventoryResult, at: number): void {
    const order = this.#of(event.orderId, at);
    if (order === undefined || order.allocated !== undefined) {
      this.#twice('orders', event.type, event.orderId, at);
      return;
    }
    order.allocated = event.lines;
    this.#closeIfComplete(order);
  }

  addEmail(event: EmailRequested, at: number): void {
    const id = event.status === 'payment_refunded' ? `refund ${event.refundId}` : event.orderId;
    const order = this.#of(id, at);
    if (order === undefined) {
      this.#twice('e-mails', event.status, id, at);
      return;
    }
    switch (event.status) {
      case 'product_shipped':
        if (order.shipped) {
          this.#twice('e-mails', event.status, id, at);
          return;
        }
        order.shipped = true;
        this.#latencies.add(at, at - order.since);
        break;
      case 'product_delivered':
        if (order.delivered) {
          this.#twice('e-mails', event.status, id, at);
          return;
        }
        order.delivered = true;
        break;
      case 'payment_received':
      case 'payment_declined':
      case 'payment_refunded':
        if (order.told !== undefined) {
          this.#twice('e-mails', event.status, id, at);
          return;
        }
        order.told = event.pence;
        if (order.result) this.#compare(order, 'e-mails', event.pence, order.result.pence, at);
        break;
      default:
        event satisfies never;
    }
    this.#closeIfComplete(order);
  }

  /** Undefined for an order that is complete: nothing more may happen to it. What happens to a forgotten one is kept nowhere. */
  #of(id: string, at: number): OpenOrder | undefined {
    const known = this.#open.get(id);
    if (known) {
      known.movedAt = Math.max(known.movedAt, at);
      return known;
    }
    if (this.#closed.has(id)) return undefined;
    const order = newOrder(id, at);
    if (this.#forgotten.has(id)) return order;
    this.#open.set(id, order);
    if (this.#open.size > mostOpen) this.#forgetOldest();
    return order;
  }

  #forgetOldest(): void {
    const { value: oldest, done } = this.#oldest.next();
    if (done) return;
    this.#open.delete(oldest);
    this.#forgotten.add(oldest);
    this.forgotten++;
    // Then what is new may be what was forgotten before.
    if (this.forgotten > mostForgotten) this.#isPartial = true;
  }

  #compare(order: OpenOrder, check: Check['name'], found: number, expected: number, at: number): void {
    if (found === expected) return;
    const says = `${order.id}: ${found} pence where ${expected} were due`;
    this.#findings.add({ check, at, says, orderId: plainId(order.id) });
  }

  #twice(check: Check['name'], what: string, id: string, at: number): void {
    this.#findings.add({
      check,
      at,
      says: `${id}: ${what} a second time`,
      orderId: plainId(id),
    });
  }

  #closeIfComplete(order: OpenOrder): void {
    if (!isComplete(order)) return;
    this.#open.delete(order.id);
    this.#closed.add(order.id);
    this.closed++;
    if (this.closed > remembered) this.#isPartial = true;
    this.closedPence += order.result?.pence ?? 0;
  }

  save(): SavedOrderBook {
    return {
      open: [...this.#open.values()].map((order) => ({ ...order, backordered: [...order.backordered] })),
      closed: this.#closed.values(),
      closedCount: this.closed,
      closedPence: this.closedPence,
      isPartial: this.#isPartial,
      forgotten: this.#forgotten.values(),
      forgottenCount: this.forgotten,
    };
  }

  restore(saved: SavedOrderBook): void {
    const { open, closed, closedCount, closedPence, isPartial, forgotten = [], forgottenCount = 0 } = saved;
    // What was saved by an earlier version does not say when it moved.
    for (const { backordered, ...order } of open)
      this.#open.set(order.id, {
        ...order,
        movedAt: order.movedAt ?? order.since,
        backordered: new Set(backordered),
      });
    for (const id of closed) this.#closed.add(id);
    this.closed = closedCount;
    this.closedPence = closedPence;
    this.#isPartial = isPartial;
    for (const id of forgotten) this.#forgotten.add(id);
    this.forgotten = forgottenCount;
  }
}
