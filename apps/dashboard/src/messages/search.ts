import { HttpProblem } from '@millrace/service';
import type { Start, Streams } from '@millrace/streams';
import { anySignal } from '@millrace/streams';
import type { SearchResult } from '../api/messages.ts';
import type { Condition } from './conditions.ts';
import { type Content, shownOf } from './content.ts';
import { budget, type Found } from './found.ts';
import type { Masks } from './mask.ts';
import { type PartitionStart, readMerged } from './merged-read.ts';
import { newestFirst } from './newest.ts';

export type From = 'newest' | 'earliest' | { readonly at: number } | { readonly cursor: string };

export interface MessageQuery {
  readonly topic: string;
  /** All of them without one. */
  readonly partition: number | undefined;
  readonly from: From;
  readonly matches: Condition;
  readonly limit: number;
  /** Shows personal fields. */
  readonly reveal: boolean;
}

export interface SearchContext {
  readonly streams: Streams;
  readonly masks: Masks;
}

/** Messages that match, and how far it looked. UNKNOWN_TOPIC when there is no such topic. */
export async function searchMessages(
  { streams, masks }: SearchContext,
  query: MessageQuery,
  signal: AbortSignal,
): Promise<SearchResult> {
  const { partitions } = await streams.admin.describe(query.topic);
  const chosen = partitions
    .map(({ partition }) => partition)
    .filter((partition) => query.partition === undefined || partition === query.partition);
  if (chosen.length === 0)
    throw new HttpProblem(400, 'Bad Request', `${query.topic} has no partition ${query.partition}.`);
  const limited = anySignal([signal, AbortSignal.timeout(budget.ms)]);
  const found =
    query.from === 'newest'
      ? await newestFirst(streams, { ...query, partitions: chosen }, limited)
      : await forward(streams, query, startsOf(query, chosen), limited);
  const { contents, ...rest } = found;
  return { ...rest, messages: contents.map((content) => masks.view(content, query.reveal)) };
}

async function forward(
  streams: Streams,
  { topic, matches, limit }: MessageQuery,
  starts: readonly PartitionStart[],
  signal: AbortSignal,
): Promise<Found> {
  const contents: Content[] = [];
  const reached = new Map(starts.flatMap(({ partition, from }) => offsetIn(partition, from)));
  let [looked, lookedFrom, lookedTo]: [number, number | null, number | null] = [0, null, null];
  let ended: Found['ended'] = 'end';
  for await (const record of readMerged(streams, topic, { partitions: starts, signal })) {
    looked++;
    lookedFrom ??= record.timestamp;
    lookedTo = record.timestamp;
    reached.set(record.partition, record.offset);
    const content = shownOf(record, matches);
    if (content) contents.push(content);
    if (contents.length >= limit) ended = 'limit';
    else if (looked >= budget.records) ended = 'budget';
    if (ended !== 'end') break;
  }
  if (ended === 'end' && signal.aborted) ended = 'budget';
  return { contents, looked, lookedFrom, lookedTo, ended, cursor: cursorOf(reached) };
}

function offsetIn(partition: number, from: Start): [number, string][] {
  return typeof from === 'object' && 'after' in from ? [[partition, from.after.offset]] : [];
}

function startsOf({ topic, from }: MessageQuery, partitions: readonly number[]): PartitionStart[] {
  if (typeof from === 'object' && 'cursor' in from) {
    const offsets = offsetsOf(from.cursor);
    return partitions.map((partition) => {
      const offset = offsets.get(partition);
      return { partition, from: offset === undefined ? 'earliest' : { after: { topic, partition, offset } } };
    });
  }
  const start = typeof from === 'object' ? { at: new Date(from.at) } : 'earliest';
  return partitions.map((partition) => ({ partition, from: start }));
}

/** `partition:offset` of the last record read of each, with commas. */
function cursorOf(offsets: ReadonlyMap<number, string>): string {
  return [...offsets].map(([partition, offset]) => `${partition}:${offset}`).join(',');
}

function offsetsOf(cursor: string): ReadonlyMap<number, string> {
  const pairs = cursor.split(',').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const [, partition, offset] = /^(\d+):(.+)$/.exec(pair) ?? [];
      if (partition === undefined || offset === undefined)
        throw new HttpProblem(400, 'Bad Request', `${pair} is no position; write partition:offset`);
      return [Number(partition), offset];
    }),
  );
}
