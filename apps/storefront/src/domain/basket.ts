import type { OrderLine } from '@millrace/events';
import { productOf } from './catalogue.ts';

export interface BasketItem {
  readonly sku: string;
  readonly quantity: number;
}

export interface PricedBasket {
  readonly lines: readonly OrderLine[];
  readonly pence: number;
  /** What the catalogue does not have; such a basket cannot be bought. */
  readonly unknownSkus: readonly string[];
}

/** Numbers a basket's lines from 1 and prices them by the catalogue. */
export function price(basket: readonly BasketItem[]): PricedBasket {
  const lines = basket.map(({ sku, quantity }, index) => ({
    line: index + 1,
    sku,
    quantity,
    pence: quantity * (productOf(sku)?.pence ?? 0),
  }));
  const pence = lines.reduce((total, line) => total + line.pence, 0);
  return { lines, pence, unknownSkus: lines.map(({ sku }) => sku).filter((sku) => !productOf(sku)) };
}
