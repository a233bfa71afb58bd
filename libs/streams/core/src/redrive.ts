import type { GroupPartition } from './admin.ts';
import { bytes } from './codec.ts';
import { redriveGroup, toDeadLetter } from './dead-letters.ts';
import type { Message } from './decode.ts';
import type { Driver } from './driver.ts';
import { StreamsError } from './errors.ts';
import { type Context, on } from './routes.ts';
import { awaitReached, endsOf, nameOf } from './runtime/caught-up.ts';
import { deadLetterHeaders, deadLetterTopic } from './runtime/dead-letter.ts';
import { Health } from './runtime/health.ts';
import { anySignal, raceWithAbort } from './signals.ts';
import type { Streams } from './streams.ts';
import { topic } from './topic.ts';

/**
 * Takes back the dead letters that there are when it begins, as an exactly-once group, so that an interrupted redrive
 * goes on where it stopped. What fails again is a new dead letter and waits for the next redrive.
 */
export async function redrive(
  streams: Streams,
  driver: Driver,
  group: string,
  options: { readonly limit?: number; readonly signal?: AbortSignal },
): Promise<number> {
  const letters = topic<Uint8Array>(deadLetterTopic(group).name, { codec: bytes });
  const ends = await endsOf(driver, [letters.name]);
  /** Partitions in which this member stands at a letter that came later. */
  const done = new Set<number>();
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const enough = new AbortController();
  let count = 0;
  const routes = [
    on(letters, ({ record }: Message<Uint8Array>, context: Context) => {
      const end = ends.get(nameOf(record));
      if (end === undefined || driver.compareOffsets(record.offset, end) > 0) {
        done.add(record.partition);
        throw new StreamsError('BUSY', 'a dead letter that came later waits for the next redrive');
      }
      if (count >= limit) {
        enough.abort();
        throw new StreamsError('BUSY', `${limit} dead letters are redriven`);
      }
      count += 1;
      const { origin, record: failed } = toDeadLetter(record);
      if (record.headers[deadLetterHeaders.cut] !== undefined) {
        // Not the message that failed: it stays a dead letter, for a person to look at.
        context.forward(letters, record, { partition: record.partition });
        return;
      }
      context.forward(topic(origin.topic), failed, { partition: origin.partition });
    }),
  ];
  const common = { group: redriveGroup(group), mode: 'partitioned', deadLetter: false, routes } as const;
  await using running = await streams.run(
    driver.capabilities.atomicCommit
      ? { ...common, delivery: 'exactly-once' }
      : { ...common, delivery: 'at-least-once' },
  );
  const signal = options.signal ? anySignal([options.signal, enough.signal]) : enough.signal;
  // Two that redrive at the same time began with different ends: neither waits for what the other has stopped at.
  const restIsOthers = (open: readonly GroupPartition[]): boolean =>
    done.size > 0 &&
    open.every(({ partition, owner }) =>
      running.leases().includes(partition) ? done.has(partition) : owner !== undefined,
    );
  const reached = awaitReached(
    { driver, group: running.group, health: new Health(running.group, {}) },
    ends,
    {
      signal,
      enough: restIsOthers,
    },
  );
  await Promise.race([raceWithAbort(reached, signal), running.finished]);
  reached.catch(() => undefined);
  await running.stop();
  await running.finished;
  return count;
}
