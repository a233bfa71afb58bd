import type { PageView, PaymentResult } from '@millrace/events';

interface Sum {
  readonly count: number;
  readonly pence: number;
}

export interface TotalFigures {
  readonly captured: Sum;
  readonly declined: Readonly<Record<string, number>>;
  readonly refunded: Sum;
  readonly refundsDeclined: number;
  readonly allocatedOrders: number;
  readonly pageViews: {
    readonly count: number;
    readonly bytes: number;
    readonly byStatus: Readonly<Record<string, number>>;
  };
}

const nothing: Sum = { count: 0, pence: 0 };

/** What the shop has done so far; grows with the kinds of things that happen, not with their number. */
export class Totals {
  #captured = nothing;
  #refunded = nothing;
  #refundsDeclined = 0;
  #allocatedOrders = 0;
  #bytes = 0;
  readonly #declined = new Map<string, number>();
  readonly #byStatus = new Map<string, number>();

  addPayment(event: PaymentResult): void {
    switch (event.type) {
      case 'PaymentCaptured':
        this.#captured = plus(this.#captured, event.pence);
        return;
      case 'PaymentRefunded':
        this.#refunded = plus(this.#refunded, event.pence);
        return;
      case 'PaymentDeclined':
        countUp(this.#declined, event.reason);
        return;
      case 'RefundDeclined':
        this.#refundsDeclined++;
        return;
      default:
        event satisfies never;
    }
  }

  addAllocatedOrder(): void {
    this.#allocatedOrders++;
  }

  addPageView({ status, bytes }: PageView): void {
    countUp(this.#byStatus, status);
    this.#bytes += bytes;
  }

  figures(): TotalFigures {
    const count = [...this.#byStatus.values()].reduce((sum, views) => sum + views, 0);
    return {
      captured: this.#captured,
      declined: Object.fromEntries(this.#declined),
      refunded: this.#refunded,
      refundsDeclined: this.#refundsDeclined,
      allocatedOrders: this.#allocatedOrders,
      pageViews: { count, bytes: this.#bytes, byStatus: Object.fromEntries([...this.#byStatus].toSorted()) },
    };
  }

  restore(figures: TotalFigures): void {
    this.#captured = figures.captured;
    this.#refunded = figures.refunded;
    this.#refundsDeclined = figures.refundsDeclined;
    this.#allocatedOrders = figures.allocatedOrders;
    this.#bytes = figures.pageViews.bytes;
    for (const [reason, count] of Object.entries(figures.declined)) this.#declined.set(reason, count);
    for (const [status, count] of Object.entries(figures.pageViews.byStatus))
      this.#byStatus.set(status, count);
  }
}

function plus({ count, pence }: Sum, more: number): Sum {
  return { count: count + 1, pence: pence + more };
}

function countUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
