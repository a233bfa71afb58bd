import type { Sql } from '@millrace/service/sql';
import {
  formatPosition,
  isStreamsError,
  parsePosition,
  type RawHeader,
  rawHeadersOf,
  type StoredRecord,
  type Streams,
} from '@millrace/streams';
import type { DeadLetterList, DeadLetterView } from '../api/details.ts';
import type { RawWriter } from '../changes/raw-writer.ts';
import { contentOf } from '../messages/content.ts';
import type { Masks } from '../messages/mask.ts';
import { readMerged } from '../messages/merged-read.ts';
import type { DashboardTables } from '../watch/tables.ts';

const withinMs = 10_000;
const prefix = 'dead-letter-';

export interface DeadLettersOptions {
  readonly streams: Streams;
  readonly sql: Sql<DashboardTables>;
  readonly masks: Masks;
  readonly writer: RawWriter;
}

/** A letter as it lies in its topic, and whether it was redriven. */
export interface StoredLetter {
  readonly record: StoredRecord;
  /** Milliseconds since the epoch; 0 when it was redriven elsewhere, undefined while it was not. */
  readonly redrivenAt: number | undefined;
}

/** Lists a group's dead letters, those that were redriven included. */
export async function listDeadLetters(
  options: DeadLettersOptions,
  group: string,
  { limit, reveal }: { readonly limit: number; readonly reveal: boolean },
): Promise<DeadLetterList> {
  const letters: DeadLetterView[] = [];
  let more = false;
  for await (const letter of storedLetters(options, group)) {
    if (letters.length >= limit) {
      more = true;
      break;
    }
    letters.push(viewOf(options.masks, letter, reveal));
  }
  return { letters, more };
}

/** The oldest first; none for a group that never gave a message up. */
export async function* storedLetters(
  { streams, sql, writer }: DeadLettersOptions,
  group: string,
): AsyncGenerator<StoredLetter, void, undefined> {
  const topic = `${group}.dead-letters`;
  const partitions = await partitionsOf(streams, topic);
  if (partitions === undefined) return;
  const done = await redrivenElsewhere(streams, group);
  const marks = await marksOf(sql, topic);
  const options = {
    partitions: partitions.map((partition) => ({ partition, from: 'earliest' as const })),
    signal: AbortSignal.timeout(withinMs),
  };
  for await (const record of readMerged(streams, topic, options)) {
    const committed = done.get(record.partition);
    const isDone = committed !== undefined && (await writer.compare(record.offset, committed)) <= 0;
    yield { record, redrivenAt: marks.get(formatPosition(record)) ?? (isDone ? 0 : undefined) };
  }
}

function viewOf(masks: Masks, { record, redrivenAt }: StoredLetter, reveal: boolean): DeadLetterView {
  const header = (name: string): string => record.headers[prefix + name] ?? '';
  const message = masks.view(contentOf(record), reveal);
  const headers = Object.fromEntries(
    Object.entries(message.headers).filter(([name]) => !name.startsWith(prefix)),
  );
  return {
    id: formatPosition(record),
    origin: header('origin'),
    code: header('code'),
    error: header('error'),
    attempts: Number(header('attempts')),
    failedAt: Date.parse(header('at')) || record.timestamp,
    message: { ...message, headers },
    cut: header('cut') || null,
    redrivenAt: redrivenAt ?? null,
  };
}

async function partitionsOf(streams: Streams, topic: string): Promise<readonly number[] | undefined> {
  try {
    return (await streams.admin.describe(topic)).partitions.map(({ partition }) => partition);
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_TOPIC')) return undefined;
    throw error;
  }
}

/** By partition, how far the group that redrives has come: the `streams` command redrives by it. */
async function redrivenElsewhere(streams: Streams, group: string): Promise<ReadonlyMap<number, string>> {
  try {
    const { partitions } = await streams.admin.describeGroup(`${group}.redrive`);
    return new Map(
      partitions.flatMap(({ partition, committed }) =>
        committed === undefined ? [] : [[partition, committed]],
      ),
    );
  } catch (error) {
    if (isStreamsError(error, 'UNKNOWN_GROUP')) return new Map();
    throw error;
  }
}

async function marksOf({ db }: Sql<DashboardTables>, topic: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('redriven').selectAll().where('position', 'like', `${topic}:%`).execute();
  return new Map(rows.map(({ position, at }) => [position, at]));
}

/** Where the message that failed came from. */
export function originOf({ headers }: StoredRecord): ReturnType<typeof parsePosition> {
  return parsePosition(headers[`${prefix}origin`] ?? '');
}

/** The headers that the message had. */
export function ownHeaders(record: StoredRecord): readonly RawHeader[] {
  return rawHeadersOf(record).filter(([name]) => !name.startsWith(prefix));
}
