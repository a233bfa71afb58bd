import type { Side } from '../side.ts';
import { type Sample, sample, samples, transform, type Workload } from '../workload.ts';
import { RedisLog } from './redis-log.ts';

export const redisReferenceName = 'hand-written ioredis loop, one stream, pipelined, Lua commit';

/** Loops on ioredis: pipelined XADD; XREADGROUP, JSON.parse, XACK; a Lua commit with the next read under way. */
export async function openRedisReference(url: string): Promise<Side> {
  const log = await RedisLog.open(url);
  const name = (what: string): string => `hand-written-${process.pid}-${what}`;
  const [input, output, lone] = [name('input'), name('output'), name('lone')];
  return {
    name: redisReferenceName,
    produce: async ({ messages, batch }) => {
      for (const values of samples(messages, batch)) await log.add(input, values);
    },
    read: async ({ messages, batch }) => {
      for (let after = '-', left = messages; left > 0; ) {
        const entries = await log.range(input, after, batch);
        for (const { value } of entries) JSON.parse(value);
        after = `(${entries.at(-1)?.id}`;
        left -= entries.length;
      }
    },
    consume: (workload) => consume(log, input, workload),
    exactlyOnce: (workload) => move(log, { from: input, to: output, group: 'move' }, workload),
    latency: (workload) => latency(log, { url, stream: lone }, workload),
    [Symbol.asyncDispose]: async () => {
      await log.remove(input, output, lone);
      log[Symbol.dispose]();
    },
  };
}

/** The acknowledgement of one batch travels with the request for the next. */
async function consume(log: RedisLog, stream: string, { messages, batch }: Workload): Promise<void> {
  await log.join(stream, 'consume');
  let acknowledging: Promise<void> | undefined;
  for (let left = messages; left > 0; ) {
    const entries = await log.read(stream, 'consume', { count: batch, block: false });
    for (const { value } of entries) JSON.parse(value);
    await acknowledging;
    acknowledging = log.acknowledge(stream, 'consume', entries);
    left -= entries.length;
  }
  await acknowledging;
}

/** While a batch is stored the next one is read and transformed. */
async function move(
  log: RedisLog,
  place: { readonly from: string; readonly to: string; readonly group: string },
  { messages, batch }: Workload,
): Promise<void> {
  await log.join(place.from, place.group);
  const read = (): ReturnType<RedisLog['read']> =>
    log.read(place.from, place.group, { count: batch, block: false });
  let reading = read();
  let storing: Promise<void> | undefined;
  for (let left = messages; left > 0; ) {
    const entries = await reading;
    left -= entries.length;
    if (left > 0) reading = read();
    const outputs = entries.map(({ value }) => transform(JSON.parse(value) as Sample));
    await storing;
    storing = log.commit(place, entries, outputs);
  }
  await storing;
}

async function latency(
  log: RedisLog,
  { url, stream }: { readonly url: string; readonly stream: string },
  { messages }: Workload,
): Promise<number[]> {
  using reader = await RedisLog.open(url);
  await reader.join(stream, 'latency');
  const times: number[] = [];
  for (let number = 0; number < messages; number++) {
    const coming = reader.read(stream, 'latency', { count: 1, block: true });
    await log.redis.ping();
    const started = performance.now();
    await log.add(stream, [sample(number)]);
    const [entry] = await coming;
    JSON.parse(entry?.value ?? 'null');
    times.push(performance.now() - started);
    if (entry) await log.acknowledge(stream, 'latency', [entry]);
  }
  return times;
}
