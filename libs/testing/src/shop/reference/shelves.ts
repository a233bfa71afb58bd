import type { Counts } from './figures.ts';
import type { SalesLine } from './sales-line.ts';

/** Stock as one balance a product; below nothing it is what the shop is short of. */
export class Shelves {
  readonly #opening: number;
  readonly #balances: Map<string, number> = new Map();
  readonly #moved = { demanded: 0, returned: 0, adjusted: 0 };

  constructor(opening: number) {
    this.#opening = opening;
  }

  /** Whether any of the lines is stocked at all. */
  move(kind: 'demanded' | 'returned' | 'adjusted', lines: readonly SalesLine[]): boolean {
    const products = lines.filter(({ product }) => product);
    for (const { code, quantity } of products) {
      // A return's quantity is negative and brings stock back; a correction's is negative and takes it away.
      const change = kind === 'adjusted' ? quantity : -quantity;
      this.#balances.set(code, (this.#balances.get(code) ?? this.#opening) + change);
      this.#moved[kind] += kind === 'adjusted' ? quantity : Math.abs(quantity);
    }
    return products.length > 0;
  }

  get short(): boolean {
    return [...this.#balances.values()].some((balance) => balance < 0);
  }

  figures(): Counts {
    const balances = [...this.#balances.values()];
    return {
      skus: balances.length,
      ...this.#moved,
      onHand: sum(balances.filter((balance) => balance > 0)),
      backordered: sum(balances.filter((balance) => balance < 0).map(Math.abs)),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
