import type { End, ReadOptions, Start, StoredRecord } from '@millrace/streams';
import { Appetite } from './appetite.ts';
import type { Context } from './context.ts';
import { translate } from './errors.ts';
import { startId } from './groups.ts';
import { compareIds, idBefore, idOf, zeroId } from './ids.ts';
import { rangeOf } from './wire/entries.ts';

const bytesPerChunk = 2 * 1024 * 1024;

/** Chunks of one partition; each is asked for when the last one was taken, so a slow reader holds one chunk at most. */
export async function* readPartition(
  context: Context,
  place: { readonly topic: string; readonly partition: number },
  from: Start,
  options: ReadOptions,
): AsyncGenerator<StoredRecord[], void, undefined> {
  const { topic, partition } = place;
  const { max, signal, to } = options;
  const connection = context.client.connection();
  try {
    await context.catalog.topic(topic);
    const stream = context.catalog.key(topic, partition);
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
    const appetite = new Appetite(bytesPerChunk);
    while (!signal?.aborted && (end === undefined || compareIds(after, end) < 0)) {
      const args = [stream, `(${after}`, end ?? '+', 'COUNT', appetite.count(max)];
      const wire = await context.client.wire(stream);
      const records = rangeOf(await wire.frame('XRANGE', args), { topic, partition, attempt: 1 });
      const next = records.at(-1)?.offset;
      if (next !== undefined) {
        appetite.ate(records);
        after = next;
        yield records;
      } else if (!follows) return;
      else await context.waiters.of(stream, partition).arrival(stream, after, signal ?? never);
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw translate(error, `${topic}:${partition} cannot be read`);
  }
}

const never = new AbortController().signal;

/** The last id that is read; undefined: there is none. */
function endId(to: Exclude<End, 'now'> | undefined): string | undefined {
  if (to === undefined) return undefined;
  return 'at' in to ? idBefore(to.at.getTime()) : idOf(to.through);
}
