import { compareOffsets } from './offsets.ts';

/**
 * Lays what a sink applied of one partition beside what was published there. The published offsets are read once, in
 * their order; what is kept in memory grows only with what differs.
 */
export class PartitionComparison {
  readonly #published: AsyncIterator<string>;
  readonly #missing: Set<string> = new Set();
  #next: string | undefined;
  #begun = false;
  #duplicated = 0;
  #outOfOrder = 0;

  constructor(published: AsyncIterable<string>) {
    this.#published = published[Symbol.asyncIterator]();
  }

  /** Offsets that the sink has passed over, or, once finished, does not hold. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** Rows beyond the first of a record, and rows of records that never were. */
  get duplicated(): number {
    return this.#duplicated;
  }

  /** Records applied after a later one of the partition, and so perhaps of their key. */
  get outOfOrder(): number {
    return this.#outOfOrder;
  }

  /** Call it with each row of the sink, in the order in which they were applied. */
  async applied(offset: string): Promise<void> {
    if (!this.#begun) await this.#advance();
    while (this.#next !== undefined && compareOffsets(this.#next, offset) < 0) {
      this.#missing.add(this.#next);
      await this.#advance();
    }
    if (this.#next === offset) await this.#advance();
    else if (this.#missing.delete(offset)) this.#outOfOrder += 1;
    else this.#duplicated += 1;
  }

  /** Call it after the last row. */
  async finish(): Promise<void> {
    if (!this.#begun) await this.#advance();
    for (; this.#next !== undefined; await this.#advance()) this.#missing.add(this.#next);
  }

  async #advance(): Promise<void> {
    this.#begun = true;
    const { done, value } = await this.#published.next();
    this.#next = done ? undefined : value;
  }
}
