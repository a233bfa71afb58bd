import type { Card, Channel } from '@millrace/events';
import type { BasketItem } from './basket.ts';
import { catalogue, type Product } from './catalogue.ts';
import { type Random, randomOf } from './random.ts';
import { type Visitor, visitorOf } from './visitor.ts';

/** What one visitor does: looks around, may buy, may bring something back. */
export interface Visit {
  /** The pause before it, as a multiple of the mean pause. */
  readonly pause: number;
  readonly visitor: Visitor;
  /** The pages looked at. */
  readonly targets: readonly string[];
  readonly purchase?: Purchase;
  readonly refund?: Refund;
}

export interface Purchase {
  /** Undefined for a guest. */
  readonly customerId: string | undefined;
  readonly channel: Channel;
  readonly card: Card;
  readonly basket: readonly BasketItem[];
}

/** Some of what an earlier visit bought comes back. */
export interface Refund {
  /** The number of the visit that bought it. */
  readonly visit: number;
  readonly customerId: string | undefined;
  readonly channel: Channel;
  readonly basket: readonly BasketItem[];
}

/**
 * The visit of that number. It depends on its arguments alone, so a shopper that is started again goes on where it
 * stopped without having remembered anything.
 */
export function visitOf(seed: number, number: number, at: Date): Visit {
  const random = randomOf(seed, number, streams.browsing);
  const purchase = purchaseOf(seed, number, at);
  const refund = refundOf(seed, number, at);
  return {
    pause: Math.min(-Math.log(1 - random.fraction()), 5),
    visitor: visitorOf(randomOf(seed, number, streams.visitor), number),
    targets: Array.from({ length: random.integer(1, 5) }, () => targetOf(random)),
    ...(purchase && { purchase }),
    ...(refund && { refund }),
  };
}

/** Each part of a visit draws from a stream of its own, so that it can be drawn again without the others. */
const streams = { visitor: 0, browsing: 1, purchase: 2, refund: 3 };

function purchaseOf(seed: number, number: number, at: Date): Purchase | undefined {
  const random = randomOf(seed, number, streams.purchase);
  if (!random.chance(0.6)) return undefined;
  const { customerId, channel } = visitorOf(randomOf(seed, number, streams.visitor), number);
  return { customerId, channel, card: cardOf(random, at), basket: basketOf(random) };
}

function refundOf(seed: number, number: number, at: Date): Refund | undefined {
  const random = randomOf(seed, number, streams.refund);
  const visit = number - random.integer(3, 30);
  if (visit < 0 || !random.chance(0.06)) return undefined;
  const bought = purchaseOf(seed, visit, at);
  const [item] = bought?.basket ?? [];
  if (!bought || !item) return undefined;
  const { customerId, channel } = bought;
  return { visit, customerId, channel, basket: [{ ...item, quantity: random.integer(1, item.quantity) }] };
}

function cardOf(random: Random, at: Date): Card {
  const kind = random.fraction();
  const year = at.getUTCFullYear();
  if (kind < 0.04) return { number: '4242424242424241', expiry: `${year + 3}-12` };
  if (kind < 0.07) return { number: '4242424242424242', expiry: `${year - 1}-12` };
  return { number: random.pick(cardNumbers), expiry: `${year + random.integer(1, 4)}-06` };
}

/** Numbers that card networks publish for tests. */
const cardNumbers = ['4242424242424242', '5555555555554444', '378282246310005', '6011111111111117'] as const;

function basketOf(random: Random): BasketItem[] {
  if (random.chance(0.01)) return [{ sku: '40403', quantity: random.integer(12, 20) }];
  const items = Array.from({ length: random.integer(1, 4) }, () => productOf(random));
  return [...new Set(items)].map(({ sku, pence }) => ({
    sku,
    quantity: pence < 2000 ? random.integer(1, 6) : 1,
  }));
}

function targetOf(random: Random): string {
  const kind = random.fraction();
  if (kind < 0.2) return '/';
  if (kind < 0.35) return `/search?q=${encodeURIComponent(productOf(random).name.split(/[ ,]/)[0] ?? '')}`;
  if (kind < 0.37) return '/old-catalogue';
  return `/products/${productOf(random).sku}`;
}

/** Half of the choices fall on the first quarter of the catalogue. */
function productOf(random: Random): Product {
  const share = random.chance(0.5) ? 0.25 : 1;
  const product = catalogue[Math.floor(random.fraction() * share * catalogue.length)];
  if (!product) throw new RangeError('the catalogue is empty');
  return product;
}
