const wrap = 0x8000_0000;

/** The number of the next record of each partition, by which the broker knows a batch that comes again. */
export class Sequences {
  readonly #next = new Map<string, number>();

  next(topic: string, partition: number): number {
    return this.#next.get(`${topic}:${partition}`) ?? 0;
  }

  advance(topic: string, partition: number, records: number): void {
    this.#next.set(`${topic}:${partition}`, (this.next(topic, partition) + records) % wrap);
  }

  clear(): void {
    this.#next.clear();
  }
}
