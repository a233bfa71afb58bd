const remembered = 8;
const perDelay = 4;
const maxExtraMs = 5_000;

/**
 * How long a member asks to be left its leases: the group's lease time, and more while replies are late. Without that a
 * member, or a server, that is short of CPU would lose its leases for ever before it got anything done. A single late
 * reply counts for nothing: a process that was paused is not slow.
 */
export class LeaseTime {
  readonly #leaseMs: number;
  readonly #delays: number[] = [];

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** Milliseconds from when something was due until its reply was there. */
  observe(delayMs: number): void {
    this.#delays.push(delayMs);
    if (this.#delays.length > remembered) this.#delays.shift();
  }

  get ms(): number {
    const [, second = 0] = this.#delays.toSorted((a, b) => b - a);
    return Math.round(Math.max(this.#leaseMs, Math.min(perDelay * second, this.#leaseMs + maxExtraMs)));
  }
}
