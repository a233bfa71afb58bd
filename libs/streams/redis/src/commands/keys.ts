/** The keys of a script, each once, and where they stand among KEYS. */
export class Keys {
  readonly names: string[];
  readonly #indexes = new Map<string, string>();

  constructor(names: readonly string[]) {
    this.names = [...names];
  }

  index(name: string): string {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = String(this.names.push(name));
      this.#indexes.set(name, index);
    }
    return index;
  }
}
