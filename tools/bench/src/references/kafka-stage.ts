import type { Stage, StageOrder } from '../chain/stage.ts';
import { type Sample, samples, transform } from '../workload.ts';
import { slices } from './kafka.ts';
import { KafkaLog } from './kafka-log.ts';

/** A process of the chain on kafkajs: topic n is what stage n wrote. */
export async function openKafkaStage(order: StageOrder): Promise<Stage> {
  const { stage, last, place, namespace, partitions } = order;
  const topic = (number: number): string => `hand-written-${namespace}-${number}`;
  const log = await KafkaLog.open(place);
  if (stage < last) await log.create(partitions, topic(stage));
  return {
    work: () => (stage === 0 ? feed(log, topic(0), order) : follow(log, topic, order)),
    [Symbol.asyncDispose]: async () => {
      if (stage === last) await log.remove(...Array.from({ length: last }, (_, number) => topic(number)));
      await log[Symbol.asyncDispose]();
    },
  };
}

async function feed(log: KafkaLog, to: string, { messages, batch }: StageOrder): Promise<void> {
  for (const values of samples(messages, batch)) await log.add(to, values);
}

async function follow(
  log: KafkaLog,
  topic: (number: number) => string,
  { stage, last, messages, batch }: StageOrder,
): Promise<void> {
  const [from, to] = [topic(stage - 1), topic(stage)];
  const group = `${from}-next`;
  const move = stage < last ? await log.mover(group) : undefined;
  let left = messages;
  await log.follow(from, group, async (entries, commit) => {
    for (const part of slices(entries, batch)) {
      const outputs = part.map(({ value }) => transform(JSON.parse(value) as Sample));
      await move?.(from, to, { entries: part, outputs });
    }
    if (!move) await commit();
    left -= entries.length;
    return left <= 0;
  });
}
