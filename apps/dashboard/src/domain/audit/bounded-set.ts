/** Remembers the newest `size` values. */
export class BoundedSet<Value> {
  readonly #values = new Set<Value>();
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
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      return;
    }
  }

  /** The oldest first. */
  values(): readonly Value[] {
    return [...this.#values];
  }
}
