export interface Product {
  /** Five digits and at most two letters. */
  readonly sku: string;
  readonly name: string;
  readonly pence: number;
}

export const catalogue: readonly Product[] = [
  { sku: '10101A', name: 'Enamel mug, cornflower', pence: 895 },
  { sku: '10101B', name: 'Enamel mug, oxblood', pence: 895 },
  { sku: '10102', name: 'Stoneware bowl', pence: 1450 },
  { sku: '10103', name: 'Walnut bread board', pence: 3200 },
  { sku: '10104', name: 'Linen tea towel', pence: 1100 },
  { sku: '10105', name: 'Cast-iron trivet', pence: 1850 },
  { sku: '20201', name: 'Merino throw, river grey', pence: 8900 },
  { sku: '20202', name: 'Feather cushion', pence: 2750 },
  { sku: '20203L', name: 'Rush basket, large', pence: 4200 },
  { sku: '20203S', name: 'Rush basket, small', pence: 2600 },
  { sku: '20204', name: 'Beeswax candle', pence: 975 },
  { sku: '20205', name: 'Brass candle snuffer', pence: 1650 },
  { sku: '30301', name: 'Clothbound notebook', pence: 1395 },
  { sku: '30302', name: 'Cartridge pen', pence: 2450 },
  { sku: '30303', name: 'Sealing wax set', pence: 1850 },
  { sku: '30304BL', name: 'Ink, blue-black', pence: 1120 },
  { sku: '30304GR', name: 'Ink, moss green', pence: 1120 },
  { sku: '40401', name: 'Ash wood stool', pence: 11900 },
  { sku: '40402', name: 'Oak wall shelf', pence: 15400 },
  { sku: '40403', name: 'Writing desk', pence: 68500 },
  { sku: '50501', name: 'Copper watering can', pence: 5400 },
  { sku: '50502', name: 'Hand fork and trowel', pence: 3150 },
  { sku: '50503', name: 'Terracotta pot', pence: 1250 },
  { sku: '50504', name: 'Wildflower seeds', pence: 380 },
];

const bySku: ReadonlyMap<string, Product> = new Map(catalogue.map((product) => [product.sku, product]));

export function productOf(sku: string): Product | undefined {
  return bySku.get(sku);
}
