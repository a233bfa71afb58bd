import type { Delivery, Position } from '@millrace/streams';
import { anySignal } from '@millrace/streams';

interface InFlightEntry {
  readonly position: Position;
  /** Tries really made before the present one. */
  deliveryCount: number;
}

/** The messages in flight of a competing member. */
export class InFlight {
  readonly #maxInFlight: number;
  readonly #entries = new Map<string, InFlightEntry>();
  readonly #changes = new EventTarget();

  constructor(maxInFlight: number) {
    this.#maxInFlight = maxInFlight;
  }

  get capacity(): number {
    return Math.max(0, this.#maxInFlight - this.#entries.size);
  }

  has(position: Position): boolean {
    return this.#entries.has(keyOf(position));
  }

  add({ topic, partition, offset, attempt }: Delivery): void {
    this.#entries.set(keyOf({ topic, partition, offset }), {
      position: { topic, partition, offset },
      deliveryCount: attempt - 1,
    });
  }

  recordAttempts(position: Position, deliveryCount: number): void {
    const entry = this.#entries.get(keyOf(position));
    if (entry) entry.deliveryCount = deliveryCount;
  }

  remove(position: Position): void {
    this.#entries.delete(keyOf(position));
    this.#changes.dispatchEvent(new Event('change'));
  }

  all(): Position[] {
    return [...this.#entries.values()].map(({ position }) => position);
  }

  /** Takes those of the positions that are held out of the hand. */
  take(positions: readonly Position[]): { readonly id: string; readonly deliveryCount: number }[] {
    return positions.flatMap((position) => {
      const entry = this.#entries.get(keyOf(position));
      if (!entry) return [];
      this.remove(position);
      return [{ id: position.offset, deliveryCount: entry.deliveryCount }];
    });
  }

  /** Waits until there is capacity, and with a time limit until nothing is in flight or the time is over. */
  async waitForCapacity(until: AbortSignal, emptyWithinMs: number | undefined): Promise<void> {
    if (emptyWithinMs !== undefined) {
      const deadline = anySignal([until, AbortSignal.timeout(emptyWithinMs)]);
      while (this.#entries.size > 0 && !deadline.aborted) await this.#change(deadline);
    }
    while (this.capacity === 0 && !until.aborted) await this.#change(until);
  }

  #change(until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#changes.removeEventListener('change', done);
        until.removeEventListener('abort', done);
        resolve();
      };
      this.#changes.addEventListener('change', done);
      until.addEventListener('abort', done);
      if (until.aborted) done();
    });
  }
}

function keyOf({ topic, partition, offset }: Position): string {
  return `${topic}:${partition}:${offset}`;
}
