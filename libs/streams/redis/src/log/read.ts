import type { End, Start, StoredRecord } from '@millrace/streams';
import type { ReadOptions } from '@millrace/streams/driver';
import type { DriverContext } from '../context.ts';
import { FetchSize } from '../entries/fetch-size.ts';
import { compareIds, idBefore, idOf, zeroId } from '../entries/ids.ts';
import { hasCode, translate } from '../errors.ts';
import { rangeOf } from '../protocol/entries.ts';
import type { RawConnection } from '../protocol/raw-connection.ts';
import { startId } from '../registry/groups.ts';

const bytesPerChunk = 2 * 1024 * 1024;

/** Chunks of one partition; each is asked for when the last one was taken, so a slow reader holds one chunk at most. */
export async function* readPartition(
  context: DriverContext,
  place: { readonly topic: string; readonly partition: number },
  from: Start,
  options: ReadOptions,
): AsyncGenerator<StoredRecord[], void, undefined> {
  const { topic, partition } = place;
  const { max, signal, to } = options;
  const connection = context.client.connection();
  try {
    await context.topics.topic(topic);
    const stream = context.topics.key(topic, partition);
    const last = async (): Promise<string> => {
      const found = (await connection.call('XREVRANGE', [stream, '+', '-', 'COUNT', 1])) as [
        string,
        unknown,
      ][];
      return found[0]?.[0] ?? zeroId;
    };
    let after = from === 'latest' ? await last() : startId(from, topic, partition);
    const end = to === 'now' ? await last() : endId(to);
    const follows = to === undefined || (typeof to === 'object' && 'through' in to);
    const fetchSize = new FetchSize(bytesPerChunk);
    while (!signal?.aborted && (end === undefined || compareIds(after, end) < 0)) {
      const args = [stream, `(${after}`, end ?? '+', 'COUNT', fetchSize.count(max)];
      const range = await askForRange(context, stream, args);
      const records = rangeOf(range, { topic, partition, attempt: 1 });
      const next = records.at(-1)?.offset;
      if (next !== undefined) {
        fetchSize.observe(records);
        after = next;
        yield records;
      } else if (!follows) return;
      else await context.watchers.of(stream, partition).arrival(stream, after, signal ?? never);
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw translate(error, `${topic}:${partition} cannot be read`);
  }
}

/** A slot that moves is followed: a node that has it no longer says who does. */
async function askForRange(
  context: DriverContext,
  stream: string,
  args: readonly (string | number)[],
): ReturnType<RawConnection['frame']> {
  for (let redirections = 0; ; redirections++) {
    try {
      return await (await context.client.rawConnection(stream)).frame('XRANGE', args);
    } catch (error) {
      if (!hasCode(error, 'MOVED') || redirections === mostRedirections) throw error;
    }
  }
}

const mostRedirections = 5;

const never = new AbortController().signal;

/** The last id that is read; undefined: there is none. */
function endId(to: Exclude<End, 'now'> | undefined): string | undefined {
  if (to === undefined) return undefined;
  return 'at' in to ? idBefore(to.at.getTime()) : idOf(to.through);
}
