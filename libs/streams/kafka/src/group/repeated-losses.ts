type Offsets = ReadonlyMap<string, number>;

const none: Offsets = new Map();

/** What a member had in hand longest each time that it lost a partition, by topic: what it is twice in a row may hold it up. */
export class RepeatedLosses {
  readonly #last = new Map<number, Offsets>();
  readonly #repeated = new Map<number, Offsets>();

  add(partition: number, inHand: Offsets): void {
    const before = this.#last.get(partition) ?? none;
    this.#last.set(partition, inHand);
    this.#repeated.set(
      partition,
      new Map([...inHand].filter(([topic, offset]) => before.get(topic) === offset)),
    );
  }

  heldUp(partition: number): Offsets {
    return this.#repeated.get(partition) ?? none;
  }
}
