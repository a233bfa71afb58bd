interface Sample {
  readonly at: number;
  readonly value: number;
}

/** How fast named counts move, per second, over a window of seconds. */
export class Rates {
  readonly #windowMs: number;
  readonly #samples = new Map<string, Sample[]>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** The rate with this value added; null until there is something to compare with. */
  add(name: string, value: number, at: number): number | null {
    const samples = this.#samples.get(name) ?? [];
    samples.push({ at, value });
    while (samples.length > 2 && (samples[1]?.at ?? at) <= at - this.#windowMs) samples.shift();
    this.#samples.set(name, samples);
    const first = samples[0];
    if (first === undefined || first.at === at) return null;
    return ((value - first.value) * 1_000) / (at - first.at);
  }

  /** Forgets whatever is not among these names. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#samples.keys()) if (!names.has(name)) this.#samples.delete(name);
  }
}
