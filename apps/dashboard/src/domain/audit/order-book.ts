import type {
  EmailRequested,
  InventoryResult,
  PaymentEvent,
  PaymentResult,
  StockAllocation,
} from '@millrace/events';
import { BoundedSet } from './bounded-set.ts';
import type { Findings } from './findings.ts';
import type { Check } from './verdict.ts';

/** What is known of an order or a refund until all of it has happened. Which of its events is read first is chance. */
export interface OpenOrder {
  readonly id: string;
  /** When its first event was stored, milliseconds since the epoch. */
  readonly since: number;
  requested?: number;
  stockLines?: number;
  result?: { readonly kind: 'captured' | 'declined' | 'refunded' | 'refused'; readonly pence: number };
  /** Pence that the e-mail about the payment names. */
  told?: number;
  linesAllocated: number;
  /** Lines that wait for stock. */
  readonly backordered: Set<number>;
  allocated?: number;
  shipped: boolean;
  delivered: boolean;
}

export interface Waiting {
  readonly count: number;
  /** When the first of them began, milliseconds since the epoch. */
  readonly since: number;
}

const remembered = 50_000;
/** Above this many open orders the oldest are no longer followed, so that memory stays bounded. */
const mostOpen = 100_000;

/** Follows each order through all topics, from the request to its last e-mail; each step may happen once. */
export class OrderBook {
  readonly #findings: Findings;
  readonly #open = new Map<string, OpenOrder>();
  readonly #closed = new BoundedSet<string>(remembered);
  readonly #latencies: { readonly at: number; readonly ms: number }[] = [];
  /** Of what is closed: requests, results and e-mails agree in it. */
  closedPence = 0;
  closed = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get open(): number {
    return this.#open.size;
  }

  /** From request to shipping, milliseconds, of what shipped after `since`. */
  latencies(since: number): readonly number[] {
    return this.#latencies.filter(({ at }) => at >= since).map(({ ms }) => ms);
  }

  /** Orders that began before `before` and wait for something else than stock. */
  overdue(before: number): Waiting | undefined {
    let count = 0;
    let first = Number.POSITIVE_INFINITY;
    for (const order of this.#open.values()) {
      if (order.since >= before || order.backordered.size > 0) continue;
      count++;
      first = Math.min(first, order.since);
    }
    return count === 0 ? undefined : { count, since: first };
  }

  /** The oldest that wait, at most 5, for people. */
  overdueIds(before: number): readonly string[] {
    const waiting = [...this.#open.values()].filter(
      ({ since, backordered }) => since < before && backordered.size === 0,
    );
    return waiting.slice(0, 5).map(({ id }) => id.replace(/^refund /, ''));
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
        this.#addLatency(at, at - order.since);
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

  /** Undefined for an order that is complete: nothing more may happen to it. */
  #of(id: string, at: number): OpenOrder | undefined {
    const known = this.#open.get(id);
    if (known) return known;
    if (this.#closed.has(id)) return undefined;
    const order: OpenOrder = {
      id,
      since: at,
      linesAllocated: 0,
      backordered: new Set(),
      shipped: false,
      delivered: false,
    };
    this.#open.set(id, order);
    if (this.#open.size > mostOpen)
      for (const oldest of this.#open.keys()) return this.#forget(oldest, order);
    return order;
  }

  #forget(oldest: string, order: OpenOrder): OpenOrder {
    this.#open.delete(oldest);
    return order;
  }

  #addLatency(at: number, ms: number): void {
    this.#latencies.push({ at, ms });
    if (this.#latencies.length > 4_096) this.#latencies.splice(0, 2_048);
  }

  #compare(order: OpenOrder, check: Check['name'], found: number, expected: number, at: number): void {
    if (found === expected) return;
    const says = `${order.id}: ${found} pence where ${expected} were due`;
    this.#findings.add({ check, at, says, orderId: order.id.replace(/^refund /, '') });
  }

  #twice(check: Check['name'], what: string, id: string, at: number): void {
    this.#findings.add({
      check,
      at,
      says: `${id}: ${what} a second time`,
      orderId: id.replace(/^refund /, ''),
    });
  }

  #closeIfComplete(order: OpenOrder): void {
    if (!isComplete(order)) return;
    this.#open.delete(order.id);
    this.#closed.add(order.id);
    this.closed++;
    this.closedPence += order.result?.pence ?? 0;
  }
}

const resultKinds = {
  PaymentCaptured: 'captured',
  PaymentDeclined: 'declined',
  PaymentRefunded: 'refunded',
  RefundDeclined: 'refused',
} as const;

function idOf(event: PaymentEvent | PaymentResult): string {
  return 'refundId' in event ? `refund ${event.refundId}` : event.orderId;
}

function isComplete(order: OpenOrder): boolean {
  const { requested, result, told, stockLines = 0 } = order;
  if (requested === undefined || !result) return false;
  switch (result.kind) {
    case 'refused':
      return true;
    case 'declined':
    case 'refunded':
      return told !== undefined;
    case 'captured':
      if (told === undefined) return false;
      if (stockLines === 0) return true;
      return (
        order.linesAllocated === stockLines &&
        order.allocated === stockLines &&
        order.shipped &&
        order.delivered
      );
    default:
      return result.kind satisfies never;
  }
}
