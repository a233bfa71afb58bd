const most = 10_000;

/** What names have become: each is joined once, not for every record. */
export class RememberedNames {
  readonly #names = new Map<string, string>();

  get(name: string): string | undefined {
    return this.#names.get(name);
  }

  set(name: string, result: string): string {
    if (this.#names.size >= most) this.#names.clear();
    this.#names.set(name, result);
    return result;
  }
}
