const kept = 4_096;

/** How long the newest orders took. */
export class Latencies {
  #newest: readonly { readonly at: number; readonly ms: number }[] = [];
  #more: { readonly at: number; readonly ms: number }[] = [];

  add(at: number, ms: number): void {
    this.#more.push({ at, ms });
    if (this.#more.length < kept / 2) return;
    this.#newest = [...this.#newest, ...this.#more].slice(-kept);
    this.#more = [];
  }

  /** Milliseconds, of what was added with a time from `time` on. */
  since(time: number): readonly number[] {
    return [...this.#newest, ...this.#more].filter(({ at }) => at >= time).map(({ ms }) => ms);
  }
}
