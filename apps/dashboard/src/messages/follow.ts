import type { ServerResponse } from 'node:http';
import { anySignal, isStreamsError, rawTopic } from '@millrace/streams';
import { shownOf } from './content.ts';
import type { MessageQuery, SearchContext } from './search.ts';

/** Messages told a second; of more than that the rest is counted. */
const mostPerSecond = 40;

/** Tells what is stored from now on as server-sent events, until the viewer goes or the service stops. */
export async function followMessages(
  { streams, masks }: SearchContext,
  { topic, partition, matches, reveal }: Omit<MessageQuery, 'from' | 'limit'>,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': following\n\n');
  const signal = anySignal([gone.signal, stopping]);
  const partitions = partition === undefined ? {} : { partitions: [partition] };
  let [second, told, skipped] = [0, 0, 0];
  try {
    for await (const { record } of streams.read(rawTopic(topic), { from: 'latest', signal, ...partitions })) {
      const content = shownOf(record, matches);
      if (!content) continue;
      const now = Math.floor(Date.now() / 1_000);
      if (now !== second) [second, told] = [now, 0];
      if (told >= mostPerSecond || response.writableLength > 256 * 1024) {
        skipped++;
        continue;
      }
      told++;
      response.write(
        `event: message\ndata: ${JSON.stringify({ message: masks.view(content, reveal), skipped })}\n\n`,
      );
    }
  } catch (error) {
    if (!isStreamsError(error, 'ABORTED') && !signal.aborted)
      response.write(
        `event: problem\ndata: ${JSON.stringify(error instanceof Error ? error.message : String(error))}\n\n`,
      );
  } finally {
    response.end();
  }
}
