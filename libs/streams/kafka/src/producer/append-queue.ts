import { setTimeout as delay } from 'node:timers/promises';
import { type NewRecord, type Position, StreamsError } from '@millrace/streams';
import { translate } from '../client/errors.ts';
import { halves, nextRound, type PartitionBatch, partitionBatches } from './partition-batches.ts';
import { isRefused, isTooLarge, type Outcome } from './send-round.ts';

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
      for (const { value } of records) bytes += (value?.length ?? 0) + 100;
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
      const passing = round.filter((batch) => !failed.has(placeOf(batch)));
      for (const batch of round)
        if (!passing.includes(batch)) settle(appends, batch, { base: -1, error: overtaken() });
      const going = passing.map((batch) => withoutFailed(appends, batch)).filter(isFilled);
      const outcomes = await this.#outcomes(going);
      const smaller: PartitionBatch<NewRecord>[] = [];
      for (const [index, batch] of going.entries()) {
        const outcome = outcomes[index] ?? { base: -1 };
        const parts = smallerParts(appends, batch, outcome.error);
        if (parts) {
          smaller.push(...parts);
          continue;
        }
        // What is refused for good is never stored, so nothing of others can overtake it.
        if (outcome.error !== undefined && !isRefused(outcome.error)) failed.add(placeOf(batch));
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

/**
 * A refused batch in two. Where it has several appends they part first: one's fault is not another's, and each stays whole
 * if it can. Undefined where that mends nothing.
 */
function smallerParts(
  appends: readonly Append[],
  batch: PartitionBatch<NewRecord>,
  error: unknown,
): readonly PartitionBatch<NewRecord>[] | undefined {
  if (!isRefused(error)) return undefined;
  const owners = placesIn(appends, batch).map(({ owner }) => owner);
  const middle = owners.length >> 1;
  const others = owners.findIndex((owner, at) => at > 0 && owner !== owners[at - 1] && at >= middle);
  if (others > 0) return halves(batch, others);
  const last = owners.indexOf(owners[middle] ?? -1);
  if (last > 0) return halves(batch, last);
  return isTooLarge(error) ? halves(batch) : undefined;
}

/** What is left of a batch without the appends of which a record was refused: they are not stored in part behind it. */
function withoutFailed(
  appends: readonly Append[],
  batch: PartitionBatch<NewRecord>,
): PartitionBatch<NewRecord> {
  const kept = placesIn(appends, batch).map(({ owner }) => appends[owner]?.error === undefined);
  const { records, indexes } = batch;
  return {
    ...batch,
    records: records.filter((_, at) => kept[at]),
    indexes: indexes.filter((_, at) => kept[at]),
  };
}

function isFilled({ records }: PartitionBatch<NewRecord>): boolean {
  return records.length > 0;
}

/** Tells the appends of a batch's records what became of it. */
function settle(
  appends: readonly Append[],
  batch: PartitionBatch<NewRecord>,
  { base, error }: Outcome,
): void {
  const { topic, partition } = batch;
  for (const [at, { owner, index }] of placesIn(appends, batch).entries()) {
    const append = appends[owner];
    if (!append) return;
    if (error !== undefined) append.error ??= error;
    else if (base >= 0) append.positions[index] = { topic, partition, offset: String(base + at) };
  }
}

/** For each record of a batch, which append it is of and where it stands there; its records stand in the order of the appends. */
function placesIn(
  appends: readonly Append[],
  { indexes }: PartitionBatch<NewRecord>,
): { readonly owner: number; readonly index: number }[] {
  let [owner, first] = [0, 0];
  return indexes.map((index) => {
    while (index - first >= (appends[owner]?.records.length ?? Number.POSITIVE_INFINITY)) {
      first += appends[owner]?.records.length ?? 0;
      owner += 1;
    }
    return { owner, index: index - first };
  });
}

/** What comes behind a batch that failed must not overtake it. */
function overtaken(): StreamsError {
  return new StreamsError('UNAVAILABLE', 'an earlier batch of the partition was not written');
}

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}:${partition}`;
}
