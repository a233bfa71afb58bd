import { setTimeout as delay } from 'node:timers/promises';
import { type NewRecord, type Position, StreamsError } from '@millrace/streams';
import { translate } from '../client/errors.ts';
import { halves, nextRound, type PartitionBatch, partitionBatches } from './partition-batches.ts';
import { isTooLarge, type Outcome } from './send-round.ts';

export interface Sender {
  send(round: readonly PartitionBatch<NewRecord>[]): Promise<Outcome[]>;
}

interface Append {
  readonly records: readonly NewRecord[];
  readonly positions: (Position | undefined)[];
  error: unknown;
  readonly settle: (append: Append) => void;
}

const roundBytes = 4_000_000;

/** Gathers appends while earlier ones are on their way: a lone one goes out at once, a flood in large batches. */
export class AppendQueue {
  readonly #sender: Sender;
  readonly #lingerMs: number;
  #waiting: Append[] = [];
  #sending = false;

  constructor(sender: Sender, lingerMs: number) {
    this.#sender = sender;
    this.#lingerMs = lingerMs;
  }

  /** Positions in the order of the records. An abort before the records go out takes them back. */
  append(records: readonly NewRecord[], signal: AbortSignal | undefined): Promise<Position[]> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== append);
        reject(new StreamsError('ABORTED', 'an append was aborted; its records may be stored'));
      };
      const append: Append = {
        records,
        positions: [],
        error: undefined,
        settle: ({ error, positions }) => {
          signal?.removeEventListener('abort', abort);
          if (error === undefined) resolve(positions.filter((position) => position !== undefined));
          else reject(translate(error, 'an append failed'));
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(append);
      if (!this.#sending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#sending = true;
    try {
      if (this.#lingerMs > 0) await delay(this.#lingerMs);
      else await undefined;
      while (this.#waiting.length > 0) await this.#sendTogether(this.#take());
    } finally {
      this.#sending = false;
    }
  }

  /** Appends worth one go, at least one. */
  #take(): Append[] {
    let bytes = 0;
    let count = 0;
    for (const { records } of this.#waiting) {
      for (const { value } of records) bytes += value.length + 100;
      if (count > 0 && bytes > roundBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #sendTogether(appends: readonly Append[]): Promise<void> {
    const failed = new Set<string>();
    let left = partitionBatches(appends.flatMap(({ records }) => records));
    while (left.length > 0) {
      const { round, later } = nextRound(left);
      const going = round.filter((batch) => !failed.has(placeOf(batch)));
      for (const batch of round)
        if (!going.includes(batch)) settle(appends, batch, { base: -1, error: overtaken() });
      const outcomes = await this.#outcomes(going);
      const smaller: PartitionBatch<NewRecord>[] = [];
      for (const [index, batch] of going.entries()) {
        const outcome = outcomes[index] ?? { base: -1 };
        const parts = isTooLarge(outcome.error) ? halves(batch) : undefined;
        if (parts) {
          smaller.push(...parts);
          continue;
        }
        if (outcome.error !== undefined) failed.add(placeOf(batch));
        settle(appends, batch, outcome);
      }
      left = [...smaller, ...later];
    }
    for (const append of appends) append.settle(append);
  }

  async #outcomes(round: readonly PartitionBatch<NewRecord>[]): Promise<Outcome[]> {
    try {
      return await this.#sender.send(round);
    } catch (error) {
      return round.map(() => ({ base: -1, error }));
    }
  }
}

/** Tells the appends of a batch's records what became of it; its records stand in the order of the appends. */
function settle(
  appends: readonly Append[],
  batch: PartitionBatch<NewRecord>,
  { base, error }: Outcome,
): void {
  const { topic, partition, indexes } = batch;
  let [owner, first] = [0, 0];
  for (const [at, index] of indexes.entries()) {
    while (index - first >= (appends[owner]?.records.length ?? Number.POSITIVE_INFINITY)) {
      first += appends[owner]?.records.length ?? 0;
      owner += 1;
    }
    const append = appends[owner];
    if (!append) return;
    if (error !== undefined) append.error ??= error;
    else if (base >= 0) append.positions[index - first] = { topic, partition, offset: String(base + at) };
  }
}

/** What comes behind a batch that failed must not overtake it. */
function overtaken(): StreamsError {
  return new StreamsError('UNAVAILABLE', 'an earlier batch of the partition was not written');
}

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}:${partition}`;
}
