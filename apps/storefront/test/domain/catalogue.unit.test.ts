import { expect, test } from 'vitest';
import { catalogue, productOf } from '../../src/domain/catalogue.ts';

test('every product has a code of its own that is one of a product', () => {
  expect(new Set(catalogue.map(({ sku }) => sku)).size).toBe(catalogue.length);
  for (const product of catalogue) {
    expect(product.sku).toMatch(/^\d{5}[A-Z]{0,2}$/);
    expect(product.pence).toBeGreaterThan(0);
    expect(productOf(product.sku)).toBe(product);
  }
});
