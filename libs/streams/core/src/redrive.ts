import { bytes } from './codec.ts';
import { redriveGroup, toDeadLetter } from './dead-letters.ts';
import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import type { Message } from './message.ts';
import { type Context, on } from './routes.ts';
import { settledBefore } from './runtime/abortable.ts';
import { deadLetterTopic } from './runtime/dead-letter.ts';
import type { Streams } from './streams.ts';
import { topic } from './topic.ts';

/** Takes dead letters back as an exactly-once group, so that an interrupted redrive goes on where it stopped. */
export async function redrive(
  streams: Streams,
  driver: Driver,
  group: string,
  options: { readonly limit?: number; readonly signal?: AbortSignal },
): Promise<number> {
  const letters = topic<Uint8Array>(deadLetterTopic(group).name, { codec: bytes });
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const enough = new AbortController();
  let count = 0;
  const routes = [
    on(letters, (message: Message<Uint8Array>, context: Context) => {
      if (count >= limit) {
        enough.abort();
        throw new StreamsError('BUSY', `${limit} dead letters are redriven`);
      }
      count += 1;
      const { origin, record } = toDeadLetter(message.record);
      const { key } = record;
      const back = topic<Uint8Array>(origin.topic, { codec: bytes, ...(key ? { key: () => key } : {}) });
      context.send(back, record.value, { headers: record.headers, partition: origin.partition });
    }),
  ];
  const common = { group: redriveGroup(group), mode: 'partitioned', deadLetter: false, routes } as const;
  await using running = await streams.run(
    driver.capabilities.atomicStep
      ? { ...common, delivery: 'exactly-once' }
      : { ...common, delivery: 'at-least-once' },
  );
  const signal = options.signal ? AbortSignal.any([options.signal, enough.signal]) : enough.signal;
  const caughtUp = running.caughtUp({ signal });
  await Promise.race([settledBefore(caughtUp, signal), running.finished]);
  caughtUp.catch(() => undefined);
  await running.stop();
  await running.finished;
  return count;
}
