import type { Streams } from '@millrace/streams';
import type { Condition } from './conditions.ts';
import { type Content, contentOf } from './content.ts';
import { budget, type Found } from './found.ts';
import { readMerged } from './merged-read.ts';

export interface NewestQuery {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly matches: Condition;
  readonly limit: number;
}

const firstStretchMs = 1_000;
const growth = 5;

/** The newest that match. Streams are read forwards only, so it reads stretches of time, each one before the last and longer. */
export async function newestFirst(
  streams: Streams,
  { topic, partitions, matches, limit }: NewestQuery,
  signal: AbortSignal,
): Promise<Found> {
  const first = await firstTime(streams, topic, partitions, signal);
  let contents: Content[] = [];
  let [looked, lookedFrom, lookedTo]: [number, number | null, number | null] = [0, null, null];
  // Clocks of producers may be a little ahead.
  let to = Date.now() + 60_000;
  let stretch = 60_000 + firstStretchMs;
  let ended: Found['ended'] = 'end';
  while (first !== undefined && to > first) {
    const from = Math.max(to - stretch, first);
    const found: Content[] = [];
    const options = {
      partitions: partitions.map((partition) => ({ partition, from: { at: new Date(from) } })),
      to: { at: new Date(to) },
      signal,
    };
    for await (const record of readMerged(streams, topic, options)) {
      looked++;
      lookedTo ??= to;
      const content = contentOf(record);
      if (matches(content)) found.push(content);
      if (found.length > limit) found.shift();
      if (looked >= budget.records) break;
    }
    contents = [...found, ...contents].slice(-limit);
    lookedFrom = from;
    if (contents.length >= limit) ended = 'limit';
    else if (looked >= budget.records || signal.aborted) ended = 'budget';
    if (ended !== 'end') break;
    to = from;
    stretch = stretch === 60_000 + firstStretchMs ? firstStretchMs * growth : stretch * growth;
  }
  const newest = contents.at(-1)?.timestamp ?? null;
  return { contents, looked, lookedFrom, lookedTo: newest ?? lookedTo, ended, cursor: null };
}

/** When the oldest record was stored; undefined when there is none. */
async function firstTime(
  streams: Streams,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<number | undefined> {
  const starts = partitions.map((partition) => ({ partition, from: 'earliest' as const }));
  for await (const { timestamp } of readMerged(streams, topic, { partitions: starts, signal }))
    return timestamp;
  return undefined;
}
