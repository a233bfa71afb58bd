/** Remembers the newest `size` values. */
export class BoundedSet<Value> {
  readonly #values = new Set<Value>();
  /** Goes on where it was: one that begins again passes all that was deleted before, each time. */
  readonly #oldest = this.#values.values();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  add(value: Value): void {
    this.#values.add(value);
    if (this.#values.size <= this.#size) return;
    const { value: oldest, done } = this.#oldest.next();
    if (!done) this.#values.delete(oldest);
  }

  /** The oldest first. */
  values(): readonly Value[] {
    return [...this.#values];
  }
}
