import { setTimeout as delay } from 'node:timers/promises';
import { type End, isStreamsError, type Start, type StoredRecord } from '@millrace/streams';
import type { ReadOptions } from '@millrace/streams/driver';
import type { Connections } from './client/connections.ts';
import { isTransient, translate } from './client/errors.ts';
import type { Context } from './context.ts';
import { SingleFetches } from './fetch/fetch-source.ts';
import { PartitionFetcher, TopicRecreated } from './fetch/partition-fetcher.ts';
import { lastStableOffsets } from './last-stable-offsets.ts';
import {
  endOfLog,
  listOffsets,
  offsetNumber,
  partitionName,
  startOffsets,
  type TopicPartition,
} from './offsets.ts';
import { storedRecord } from './stored-record.ts';
import type { WireRecord } from './wire/wire-record.ts';

const maxWaitMs = 5_000;
const maxBytes = 512 * 1024;
const pauseMs = 50;

/** Chunks of one partition, one fetch at a time: a slow reader holds no more than one of them. */
export async function* readPartition(
  context: Context,
  place: TopicPartition,
  from: Start,
  options: ReadOptions,
): AsyncGenerator<StoredRecord[], void, undefined> {
  const { max, signal, to } = options;
  let fetcher: PartitionFetcher | undefined;
  let own: Connections | undefined;
  const stop = (): void => {
    fetcher?.close();
    own?.close();
  };
  signal?.addEventListener('abort', stop);
  try {
    const { connections } = context;
    // The topic as it is now: what is known of it may be about one that was deleted since.
    const topicId = await connections.topicId(place.topic);
    await connections.leader(place.topic, place.partition);
    const end = to === undefined ? undefined : await endOffset(context, place, to);
    const start = (await startOffsets(connections, [place], from)).get(partitionName(place)) ?? 0;
    if (end !== undefined && start >= end) return;
    const { cluster } = context;
    // Only what has yet to be written is waited for, which would keep others waiting.
    own = end === undefined ? cluster.connections() : connections.share();
    fetcher = new PartitionFetcher({ cluster, source: new SingleFetches(own) }, place, start, topicId);
    // One fetch ahead: what is read is handled while the next comes.
    const tail = { context, follows: end === undefined, signal };
    let coming = ahead(fetcher, tail);
    for (let more = true; more && !signal?.aborted; ) {
      const records = await coming;
      more = end === undefined || fetcher.next < end;
      if (more) coming = ahead(fetcher, tail);
      const wanted = end === undefined ? records : records.filter(({ offset }) => offset < end);
      for (let at = 0; at < wanted.length && !signal?.aborted; at += max)
        yield wanted.slice(at, at + max).map((record) => storedRecord(place, record));
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw translate(error, `${partitionName(place)} cannot be read`);
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

interface Tail {
  readonly context: Context;
  /** It has no end: it waits for a topic that is gone, and goes on in the one that takes its place. */
  readonly follows: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Nobody may be left to hear of its failure. */
function ahead(fetcher: PartitionFetcher, tail: Tail): Promise<readonly WireRecord[]> {
  const coming = fetchOn(fetcher, tail);
  coming.catch(() => undefined);
  return coming;
}

async function fetchOn(
  fetcher: PartitionFetcher,
  { context, follows, signal }: Tail,
): Promise<readonly WireRecord[]> {
  const name = partitionName(fetcher.place);
  for (let told = false; ; ) {
    try {
      const from = fetcher.next;
      const { records, lost } = await fetcher.fetch({ maxWaitMs: follows ? maxWaitMs : 0, maxBytes });
      if (!follows && fetcher.next === from) await delay(pauseMs);
      if (lost) notifyLost(context, fetcher, `misses the offsets ${lost.from} to ${lost.through}`);
      return records;
    } catch (error) {
      if (signal?.aborted) throw error;
      const missing = isStreamsError(error, 'UNKNOWN_TOPIC');
      if (follows && error instanceof TopicRecreated) {
        await fetcher.restart();
        notifyLost(context, fetcher, 'was deleted and created again: it is read from its beginning');
        continue;
      }
      if (!(follows && missing) && !isTransient(error)) throw error;
      if (missing && !told) {
        told = true;
        context.notify({
          kind: 'retrying',
          message: `the topic of ${name} is gone; its reader waits until it is there again`,
          details: { topic: fetcher.place.topic, partition: fetcher.place.partition },
        });
      }
      await delay(pauseMs);
    }
  }
}

function notifyLost(context: Context, { place }: PartitionFetcher, what: string): void {
  context.notify({
    kind: 'records-lost',
    message: `a reader of ${partitionName(place)} ${what}`,
    details: { topic: place.topic, partition: place.partition },
  });
}

/** The first offset that is not read any more. */
async function endOffset(context: Context, place: TopicPartition, to: End): Promise<number> {
  if (to === 'now') return (await lastStableOffsets(context, [place])).get(partitionName(place)) ?? 0;
  if (!('at' in to)) return offsetNumber(to.through) + 1;
  const asked = [{ ...place, timestamp: to.at.getTime() }];
  const found = (await listOffsets(context.connections, asked)).get(partitionName(place)) ?? -1;
  if (found >= 0) return found;
  const ends = await listOffsets(context.connections, [{ ...place, timestamp: endOfLog }]);
  return ends.get(partitionName(place)) ?? 0;
}
