import type { DeadLetter } from './admin.ts';
import type { Driver } from './driver.ts';
import { isStreamsError } from './errors.ts';
import { mergeByTime } from './merge-by-time.ts';
import { type Position, parsePosition } from './position.ts';
import type { StoredRecord } from './record.ts';
import { headersOf, rawHeadersOf } from './record-access.ts';
import { deadLetterHeaders, deadLetterTopic } from './runtime/dead-letter.ts';

/** The group that takes dead letters back to where they came from; its positions say which are done. */
export function redriveGroup(group: string): string {
  return `${group}.redrive`;
}

const chunk = 64;

/** Dead letters not redriven yet, oldest first over all partitions. */
export async function* deadLettersOf(
  driver: Driver,
  group: string,
  options: { readonly limit?: number; readonly signal?: AbortSignal },
): AsyncGenerator<DeadLetter, void, undefined> {
  const { name, partitions } = await driver.admin.describe(deadLetterTopic(group).name);
  const done = await redriven(driver, group);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  const sources = partitions.map(({ partition }) => {
    const after = done.get(partition);
    const from = after ? { after } : 'earliest';
    return driver.read(name, partition, from, {
      to: 'now',
      max: Math.min(chunk, left),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  });
  for await (const records of mergeByTime(sources, true)) {
    for (const record of records) {
      yield toDeadLetter(record);
      left -= 1;
      if (left <= 0) return;
    }
  }
}

async function redriven(driver: Driver, group: string): Promise<Map<number, Position>> {
  const done = new Map<number, Position>();
  try {
    const { partitions } = await driver.admin.describeGroup(redriveGroup(group));
    for (const { topic, partition, committed } of partitions) {
      if (committed !== undefined) done.set(partition, { topic, partition, offset: committed });
    }
  } catch (error) {
    // Nothing was ever redriven.
    if (!isStreamsError(error, 'UNKNOWN_GROUP')) throw error;
  }
  return done;
}

export function toDeadLetter(record: StoredRecord): DeadLetter {
  const { headers } = record;
  const header = (name: string): string => headers[name] ?? '';
  return {
    position: { topic: record.topic, partition: record.partition, offset: record.offset },
    origin: parsePosition(header(deadLetterHeaders.origin)) ?? record,
    group: header(deadLetterHeaders.group),
    code: header(deadLetterHeaders.code),
    error: header(deadLetterHeaders.error),
    attempts: Number(header(deadLetterHeaders.attempts)),
    failedAt: new Date(header(deadLetterHeaders.at)),
    ...(headers[deadLetterHeaders.cut] ? { cut: header(deadLetterHeaders.cut) } : {}),
    record: asItWas(record),
  };
}

const ownHeaders: ReadonlySet<string> = new Set<string>(Object.values(deadLetterHeaders));

/** The record that failed: the letter without the headers that say why. */
function asItWas(record: StoredRecord): StoredRecord {
  const { topic, partition, offset, key, value, timestamp } = record;
  const rawHeaders = rawHeadersOf(record).filter(([name]) => !ownHeaders.has(name));
  return { topic, partition, offset, key, value, headers: headersOf(rawHeaders), rawHeaders, timestamp };
}
