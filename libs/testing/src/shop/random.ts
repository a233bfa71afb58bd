/** Choices that a seed decides (xorshift32, George Marsaglia 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2_654_435_761) || 1;
    for (let turn = 0; turn < 8; turn++) this.integer(0, 1);
  }

  /** From `least` to `most`, both included. */
  integer(least: number, most: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return least + ((this.#state >>> 0) % (most - least + 1));
  }

  /** True that many times in a thousand. */
  perMille(share: number): boolean {
    return this.integer(0, 999) < share;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }
}
