import { createHash, randomUUID } from 'node:crypto';

/** What a request for an order, a refund or a stock document is identified by. */
export interface RequestIdentity {
  /** `O` for orders, `R` for refunds, `S` for stock documents. */
  readonly prefix: 'O' | 'R' | 'S';
  /** The Idempotency-Key header; undefined when there is none. */
  readonly key: string | undefined;
  /** Keys of different customers never meet; undefined for guests. */
  readonly customerId?: string | undefined;
}

/** A new id, or the one that the request's Idempotency-Key stands for. */
export function orderId({ prefix, key, customerId }: RequestIdentity): string {
  return key === undefined ? `${prefix}-${randomUUID()}` : idOfKey(prefix, key, customerId);
}

/** The id that an Idempotency-Key of a customer stands for, on every storefront and after every restart. */
export function idOfKey(prefix: string, key: string, customerId: string | undefined): string {
  const digest = createHash('sha256')
    .update(`${prefix}\n${customerId ?? ''}\n${key}`)
    .digest('hex');
  return `${prefix}-${digest.slice(0, 24)}`;
}
