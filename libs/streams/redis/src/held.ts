import type { Delivery, Position } from '@millrace/streams';

interface Holding {
  readonly position: Position;
  /** Tries really made before the present one. */
  tries: number;
}

/** The messages that a competing member has in hand. */
export class Held {
  readonly #window: number;
  readonly #holdings = new Map<string, Holding>();
  readonly #changes = new EventTarget();

  constructor(window: number) {
    this.#window = window;
  }

  get left(): number {
    return Math.max(0, this.#window - this.#holdings.size);
  }

  has(position: Position): boolean {
    return this.#holdings.has(keyOf(position));
  }

  add({ topic, partition, offset, attempt }: Delivery): void {
    this.#holdings.set(keyOf({ topic, partition, offset }), {
      position: { topic, partition, offset },
      tries: attempt - 1,
    });
  }

  tried(position: Position, tries: number): void {
    const holding = this.#holdings.get(keyOf(position));
    if (holding) holding.tries = tries;
  }

  drop(position: Position): void {
    this.#holdings.delete(keyOf(position));
    this.#changes.dispatchEvent(new Event('change'));
  }

  all(): Position[] {
    return [...this.#holdings.values()].map(({ position }) => position);
  }

  /** Takes those of the positions that are held out of the hand. */
  take(positions: readonly Position[]): { readonly id: string; readonly tries: number }[] {
    return positions.flatMap((position) => {
      const holding = this.#holdings.get(keyOf(position));
      if (!holding) return [];
      this.drop(position);
      return [{ id: position.offset, tries: holding.tries }];
    });
  }

  /** Waits until there is room, and with a time until the hand is empty or the time is over. */
  async room(until: AbortSignal, emptyWithinMs: number | undefined): Promise<void> {
    if (emptyWithinMs !== undefined) {
      const patience = AbortSignal.any([until, AbortSignal.timeout(emptyWithinMs)]);
      while (this.#holdings.size > 0 && !patience.aborted) await this.#change(patience);
    }
    while (this.left === 0 && !until.aborted) await this.#change(until);
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
