import type { KeyObject } from 'node:crypto';
import { inventoryEvents, paymentEvents, sealPaymentEvent } from '@millrace/events';
import { HttpProblem } from '@millrace/service';
import { outgoing, type Streams } from '@millrace/streams';
import {
  type OrderRequest,
  placeOrder,
  placeRefund,
  placeStock,
  type RefundRequest,
  type Refused,
  type StockRequest,
} from '../domain/requests.ts';

/** Runs after a request is accepted and before its events are stored; throws when it must not go on. */
export type Claim = () => Promise<void>;

/** Stores what requests ask for. Each method resolves once all of the request's events are stored. */
export class OrderService {
  readonly #streams: Streams;
  readonly #cardKey: KeyObject;

  constructor(streams: Streams, cardKey: KeyObject) {
    this.#streams = streams;
    this.#cardKey = cardKey;
  }

  /**
   * Both or neither, where the backend can; otherwise the stock first: a payment always finds the request that waits for it,
   * even when the process ends between the two.
   */
  async order(request: OrderRequest, claim: Claim): Promise<{ readonly pence: number }> {
    const placed = placeOrder(request, now());
    if (placed.outcome === 'refused') throw unknownProducts(placed);
    await claim();
    await this.#streams.publishTogether([
      outgoing(inventoryEvents, [placed.stock]),
      outgoing(paymentEvents, [sealPaymentEvent(placed.payment, this.#cardKey)]),
    ]);
    return { pence: placed.payment.pence };
  }

  async refund(request: RefundRequest, claim: Claim): Promise<{ readonly pence: number }> {
    const placed = placeRefund(request, now());
    if (placed.outcome === 'refused') throw unknownProducts(placed);
    await claim();
    await this.#streams.publishTogether([
      outgoing(inventoryEvents, [placed.stock]),
      outgoing(paymentEvents, [placed.refund]),
    ]);
    return { pence: placed.refund.pence };
  }

  async stock(request: StockRequest, claim: Claim): Promise<void> {
    const placed = placeStock(request, now());
    if (placed.outcome === 'refused') throw unknownProducts(placed);
    await claim();
    await this.#streams.publish(inventoryEvents, [placed.stock]);
  }
}

function now(): string {
  return new Date().toISOString();
}

function unknownProducts({ unknownSkus }: Refused): HttpProblem {
  return new HttpProblem(
    422,
    'Unprocessable Content',
    `The shop does not sell ${unknownSkus.join(', ')}; see GET /products.`,
  );
}
