import type { BatchContext, External, Position } from '@millrace/streams';
import { StreamsError } from '@millrace/streams';

/** Positions that live and die with the totals they belong to. */
export class PositionsInMemory {
  readonly #positions = new Map<string, Position>();

  load: External['load'] = (topics, partition) =>
    topics.flatMap((topic) => this.#positions.get(keyOf({ topic, partition })) ?? []);

  all(): readonly Position[] {
    return [...this.#positions.values()];
  }

  restore(positions: readonly Position[]): void {
    for (const position of positions) this.#positions.set(keyOf(position), position);
  }

  /** Moves on from where the batch began; FENCED when it no longer stands there. */
  advance({ previous, last }: Pick<BatchContext, 'previous' | 'last'>): void {
    if (this.#positions.get(keyOf(last))?.offset !== previous?.offset) {
      throw new StreamsError('FENCED', `${keyOf(last)} has moved on`);
    }
    this.#positions.set(keyOf(last), last);
  }
}

function keyOf({ topic, partition }: Pick<Position, 'topic' | 'partition'>): string {
  return `${topic}:${partition}`;
}
