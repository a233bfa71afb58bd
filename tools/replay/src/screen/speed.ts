interface Sample {
  readonly at: number;
  readonly value: number;
}

/** How fast a growing value grows, over the last seconds. */
export class Speed {
  readonly #windowMs: number;
  #samples: Sample[] = [];

  constructor(windowMs = 5_000) {
    this.#windowMs = windowMs;
  }

  /** Units a second; 0 until there are two samples. `now` is milliseconds. */
  add(value: number, now: number): number {
    this.#samples = this.#samples.filter(({ at }) => now - at <= this.#windowMs);
    this.#samples.push({ at: now, value });
    const first = this.#samples[0];
    return first && now > first.at ? ((value - first.value) / (now - first.at)) * 1_000 : 0;
  }
}
