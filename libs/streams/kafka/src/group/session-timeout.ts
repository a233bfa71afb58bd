/** A member's own clock: without an answer within the session nobody can say any more whose its leases are. */
export class SessionTimeout {
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onOver: () => void) {
    this.#onOver = onOver;
  }

  /** What was asked at this moment was answered. */
  answered(askedAt: number, sessionMs: number): void {
    clearTimeout(this.#timer);
    const left = askedAt + sessionMs - performance.now();
    this.#timer = setTimeout(this.#onOver, Math.min(longestTimerMs, Math.max(0, left)));
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

const longestTimerMs = 2 ** 30;
