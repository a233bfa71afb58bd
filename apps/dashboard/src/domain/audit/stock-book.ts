import type { StockAllocation, StockMovement } from '@millrace/events';
import type { Findings } from './findings.ts';

export interface Sku {
  movements: number;
  /** Movements whose outcome was read; each has a version of its own. */
  versions: number;
  highest: number;
  /** On hand less what is lacking, at the highest version. */
  level: number;
  /** All that came in less all that went out. */
  moved: number;
  /** The lowest version that was read, and the units before it. */
  lowest: number;
  opening: number;
  /** The last version at which it did not add up. */
  wrongAt: number;
}

export interface SavedStockBook {
  readonly skus: readonly (readonly [string, Readonly<Sku>])[];
  readonly waiting: readonly string[];
}

/** Keeps a sum per SKU beside the stock that inventory says there is, and compares whenever nothing is in flight. */
export class StockBook {
  readonly #findings: Findings;
  readonly #skus = new Map<string, Sku>();
  /** Lines that wait for stock: they went out of the sum when they began to wait. */
  readonly #waiting = new Set<string>();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  addMovement({ sku }: StockMovement): void {
    this.#of(sku).movements++;
  }

  addAllocation(event: StockAllocation, at: number): void {
    const sku = this.#of(event.sku);
    const line = `${event.orderId}/${event.line}`;
    const owns = event.type !== 'LineAllocated' || !this.#waiting.delete(line);
    const { version, onHand, backordered } = event.level;
    const level = onHand - backordered;
    if (version > sku.highest) {
      sku.highest = version;
      sku.level = level;
    }
    if (!owns) return;
    if (event.type === 'LineBackordered') this.#waiting.add(line);
    const change = event.type === 'StockChanged' ? event.quantity : -event.quantity;
    sku.versions++;
    sku.moved += change;
    if (version < sku.lowest) {
      sku.lowest = version;
      sku.opening = level - change;
    }
    this.#compare(event.sku, sku, at);
  }

  get skus(): number {
    return this.#skus.size;
  }

  save(): SavedStockBook {
    return { skus: [...this.#skus], waiting: [...this.#waiting] };
  }

  restore({ skus, waiting }: SavedStockBook): void {
    for (const [name, sku] of skus) this.#skus.set(name, { ...sku });
    for (const line of waiting) this.#waiting.add(line);
  }

  /** Movements without an outcome yet. */
  inFlight(): number {
    let count = 0;
    for (const { movements, versions } of this.#skus.values()) count += Math.max(movements - versions, 0);
    return count;
  }

  /** Only where every version up to the highest was read: allocations of one SKU lie in several partitions. */
  #compare(name: string, sku: Sku, at: number): void {
    if (sku.versions !== sku.highest - sku.lowest + 1 || sku.wrongAt === sku.highest) return;
    const expected = sku.opening + sku.moved;
    if (expected === sku.level) {
      if (sku.wrongAt >= 0) this.#findings.dismiss(({ says }) => says.startsWith(`${name}: `));
      sku.wrongAt = -1;
      return;
    }
    this.#findings.dismiss(({ says }) => says.startsWith(`${name}: `));
    sku.wrongAt = sku.highest;
    const says = `${name}: ${sku.level} units where ${expected} are left of ${sku.opening}`;
    this.#findings.add({ check: 'stock', at, says, orderId: null });
  }

  #of(name: string): Sku {
    const known = this.#skus.get(name);
    if (known) return known;
    const sku = {
      movements: 0,
      versions: 0,
      highest: 0,
      level: 0,
      moved: 0,
      lowest: Number.MAX_SAFE_INTEGER,
      opening: 0,
      wrongAt: -1,
    };
    this.#skus.set(name, sku);
    return sku;
  }
}
