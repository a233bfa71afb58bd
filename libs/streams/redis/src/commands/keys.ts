/** What a script does with a key: stores outputs in a stream, acknowledges entries of one, changes a hash of state. */
type KeyUse = 'output' | 'acknowledged' | 'state';

/** The keys of a script, each once, where they stand among KEYS, and what is done with those that were not given first. */
export class Keys {
  readonly names: string[];
  readonly #given: number;
  readonly #indexes = new Map<string, string>();
  readonly #uses: string[] = [];
  #elsewhere = false;

  constructor(names: readonly string[]) {
    this.names = [...names];
    this.#given = names.length;
  }

  index(name: string, use?: KeyUse): string {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = String(this.names.push(name));
      this.#indexes.set(name, index);
    }
    if (use !== undefined) this.#use(Number(index) - this.#given - 1, use);
    return index;
  }

  /** An output goes to another slot of a Cluster. */
  outbox(): string {
    this.#elsewhere = true;
    return '0';
  }

  /** A letter for each key after the given ones, as the scripts describe them. */
  get uses(): string {
    return this.#uses.join('') + (this.#elsewhere ? 'x' : '');
  }

  #use(at: number, use: KeyUse): void {
    const letter = use === 'output' ? 'o' : use === 'acknowledged' ? 'a' : 's';
    const known = this.#uses[at];
    this.#uses[at] = known === undefined || known === letter ? letter : 'b';
  }
}
