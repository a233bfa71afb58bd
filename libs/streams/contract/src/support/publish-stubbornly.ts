import { isStreamsError, type Streams, type Topic } from '@millrace/streams';
import { waitFor } from './wait-for.ts';

const part = 20;

/**
 * Publishes through faults: an attempt that fails is repeated, once per sequence where the backend can do that. Where
 * it cannot a record may be there twice, and the group's deduplication has to drop it.
 */
export async function publishStubbornly<Value>(
  streams: Streams,
  topic: Topic<Value>,
  values: readonly Value[],
  producer: string | undefined,
): Promise<void> {
  for (let from = 0; from < values.length; from += part) {
    const once = producer === undefined ? {} : { once: { producer, sequence: from + 1 } };
    await waitFor('the publication succeeds', async () => {
      try {
        await streams.publish(topic, values.slice(from, from + part), { acks: 'all', ...once });
        return true;
      } catch (error) {
        if (isStreamsError(error) && error.retryable) return false;
        throw error;
      }
    });
  }
}
