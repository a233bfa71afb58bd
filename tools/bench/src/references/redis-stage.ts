import type { Stage, StageOrder } from '../chain/stage.ts';
import { type Sample, samples, transform } from '../workload.ts';
import { RedisLog } from './redis-log.ts';

/** A process of the chain on ioredis: stream n is what stage n wrote. */
export async function openRedisStage(order: StageOrder): Promise<Stage> {
  const { stage, last, place, namespace } = order;
  const stream = (number: number): string => `hand-written-${namespace}-${number}`;
  const log = await RedisLog.open(place);
  const reader = await RedisLog.open(place);
  const from = stream(stage - 1);
  if (stage > 0) await log.join(from, 'next');
  return {
    work: () =>
      stage === 0 ? feed(log, stream(0), order) : follow({ log, reader, from, to: stream(stage) }, order),
    [Symbol.asyncDispose]: async () => {
      if (stage === last) await log.remove(...Array.from({ length: last }, (_, number) => stream(number)));
      log[Symbol.dispose]();
      reader[Symbol.dispose]();
    },
  };
}

async function feed(log: RedisLog, to: string, { messages, batch }: StageOrder): Promise<void> {
  let adding: Promise<void> | undefined;
  for (const values of samples(messages, batch)) {
    const next = log.add(to, values);
    await adding;
    adding = next;
  }
  await adding;
}

interface Following {
  readonly log: RedisLog;
  /** A connection of its own, since its reads block. */
  readonly reader: RedisLog;
  readonly from: string;
  readonly to: string;
}

async function follow({ log, reader, from, to }: Following, order: StageOrder): Promise<void> {
  const { stage, last, messages, batch } = order;
  const read = (): ReturnType<RedisLog['read']> => reader.read(from, 'next', { count: batch, block: true });
  let reading = read();
  let storing: Promise<void> | undefined;
  for (let left = messages; left > 0; ) {
    const entries = await reading;
    left -= entries.length;
    if (left > 0) reading = read();
    if (entries.length === 0) continue;
    const outputs = entries.map(({ value }) => transform(JSON.parse(value) as Sample));
    await storing;
    storing =
      stage < last
        ? log.commit({ from, to, group: 'next' }, entries, outputs)
        : log.acknowledge(from, 'next', entries);
  }
  await storing;
}
