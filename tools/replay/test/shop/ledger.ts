import {
  type EmailRequested,
  isGuest,
  type OrderAllocated,
  type PaymentResult,
  type StockAllocation,
  type StockLevel,
} from '@millrace/events';
import type { SalesFigures } from '@millrace/testing';
import { lifetimeValue, type Profile } from '../../../../apps/crm/src/domain/profile.ts';
import { add, changeBy } from '../../../../apps/crm/src/domain/profile-change.ts';

/** What the sinks keep of the events that reach them, added up as the report does. */
export class Ledger {
  readonly #captured = { count: 0, pence: 0 };
  readonly #refunded = { count: 0, pence: 0 };
  readonly #declined: Record<string, number> = {};
  readonly #refundDeclined: Record<string, number> = {};
  readonly #emails: Record<string, number> = {};
  readonly #profiles = new Map<string, Profile>();
  readonly #levels = new Map<string, StockLevel>();
  readonly #moved = { demanded: 0, returned: 0, adjusted: 0 };
  readonly #backordered = new Set<string>();

  result(result: PaymentResult): void {
    this.#know(result);
    if (result.type === 'PaymentCaptured') addUp(this.#captured, result.pence);
    else if (result.type === 'PaymentRefunded') addUp(this.#refunded, result.pence);
    else count(result.type === 'PaymentDeclined' ? this.#declined : this.#refundDeclined, result.reason);
  }

  email(email: EmailRequested): void {
    count(this.#emails, email.status);
  }

  order(order: OrderAllocated): void {
    this.#know(order);
  }

  allocation(event: StockAllocation): void {
    const known = this.#levels.get(event.sku);
    if (!known || known.version < event.level.version) this.#levels.set(event.sku, event.level);
    const line = `${event.orderId}:${event.line}`;
    if (event.type === 'StockChanged') {
      if (event.cause === 'return') this.#moved.returned += event.quantity;
      if (event.cause === 'correction') this.#moved.adjusted += event.quantity;
    } else if (event.type === 'LineBackordered') {
      this.#backordered.add(line);
      this.#moved.demanded += event.quantity;
    } else if (!this.#backordered.delete(line)) {
      this.#moved.demanded += event.quantity;
    }
  }

  figures(): Omit<SalesFigures, 'input'> {
    const levels = [...this.#levels.values()];
    const profiles = [...this.#profiles.values()];
    return {
      payments: {
        captured: this.#captured,
        declined: this.#declined,
        refunded: this.#refunded,
        refundDeclined: this.#refundDeclined,
      },
      inventory: {
        skus: levels.length,
        ...this.#moved,
        onHand: sum(levels.map(({ onHand }) => onHand)),
        backordered: sum(levels.map(({ backordered }) => backordered)),
      },
      emails: this.#emails,
      crm: {
        customers: profiles.length,
        orders: sum(profiles.map(({ orders }) => orders)),
        lifetimeValuePence: sum(profiles.map(lifetimeValue)),
      },
    };
  }

  #know(event: PaymentResult | OrderAllocated): void {
    const change = changeBy(event, isGuest);
    if (change) this.#profiles.set(change.customerId, add(this.#profiles.get(change.customerId), change));
  }
}

function addUp(total: { count: number; pence: number }, pence: number): void {
  total.count++;
  total.pence += pence;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
