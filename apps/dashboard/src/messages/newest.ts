import type { Streams } from '@millrace/streams';
import { rawTopic } from '@millrace/streams';
import type { Condition } from './conditions.ts';
import { type Content, shownOf } from './content.ts';
import { budget, type Found } from './found.ts';
import { readMerged } from './merged-read.ts';
import { positionBefore } from './position-before.ts';

export interface NewestQuery {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly matches: Condition;
  readonly limit: number;
}

const firstStretchMs = 1_000;
const growth = 5;
/** A stretch of time that holds more than this is read again as a shorter one: its end is wanted, not its beginning. */
const mostInStretch = 5_000;

/**
 * The newest that match. Streams are read forwards only, so it reads stretches of time, each one before the last; longer
 * ones where little is stored, shorter ones where much is. What lies within one millisecond is read as a whole.
 */
export async function newestFirst(
  streams: Streams,
  { topic, partitions, matches, limit }: NewestQuery,
  signal: AbortSignal,
): Promise<Found> {
  const [first, last] = await Promise.all([
    firstTime(streams, topic, partitions, signal),
    lastTime(streams, topic, partitions, signal),
  ]);
  let contents: Content[] = [];
  let [looked, read]: [number, number] = [0, 0];
  let lookedFrom: number | null = null;
  let to = last + 1;
  let stretch = firstStretchMs;
  let ended: Found['ended'] = 'end';
  while (first !== undefined && to > first && ended === 'end') {
    const from = Math.max(to - stretch, first);
    const found: Content[] = [];
    let inStretch = 0;
    for await (const record of readMerged(streams, topic, {
      partitions: partitions.map((partition) => ({ partition, from: { at: new Date(from) } })),
      to: { at: new Date(to) },
      signal,
    })) {
      if (++inStretch > mostInStretch && to - from > 1) break;
      const content = shownOf(record, matches);
      if (content) found.push(content);
      if (found.length > limit) found.shift();
    }
    read += inStretch;
    if (inStretch > mostInStretch && to - from > 1 && !signal.aborted) {
      stretch = Math.max(Math.floor((to - from) / 10), 1);
      continue;
    }
    // Of a stretch that was cut short by the time limit only the beginning is known.
    if (signal.aborted) {
      ended = 'budget';
      break;
    }
    looked += inStretch;
    contents = [...found, ...contents].slice(-limit);
    lookedFrom = from;
    if (contents.length >= limit) ended = 'limit';
    else if (read >= budget.records) ended = 'budget';
    to = from;
    stretch *= growth;
  }
  const newest = contents.at(-1)?.timestamp ?? null;
  return {
    contents,
    looked,
    lookedFrom,
    lookedTo: newest ?? (lookedFrom === null ? null : last),
    ended,
    cursor: null,
  };
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

/** No record is newer. Where a last one cannot be read: a time a little ahead of now, as clocks of producers may be. */
async function lastTime(
  streams: Streams,
  topic: string,
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  const described = await streams.admin.describe(topic);
  const ahead = Date.now() + 60_000;
  const times = await Promise.all(
    described.partitions
      .filter(({ partition, records }) => records > 0 && partitions.includes(partition))
      .map(async ({ partition, last }) => {
        const before = last === undefined ? undefined : positionBefore({ topic, partition, offset: last });
        const from = before ? { after: before } : ('earliest' as const);
        const options = { from, to: 'now', partitions: [partition], limit: 1, signal } as const;
        for await (const { timestamp } of streams.read(rawTopic(topic), options)) return timestamp;
        return ahead;
      }),
  );
  return times.length === 0 ? ahead : Math.max(...times);
}
