import type { Side } from '../side.ts';
import { type Sample, sample, samples, transform, type Workload } from '../workload.ts';
import { type Entry, KafkaLog } from './kafka-log.ts';

export const kafkaReferenceName = 'hand-written kafkajs loop: sendBatch, eachBatch, a transaction per batch';

/** Loops on kafkajs: sendBatch; eachBatch with JSON.parse; a transaction for each batch. */
export async function openKafkaReference(url: string, partitions: number): Promise<Side> {
  const log = await KafkaLog.open(url);
  const run = `hand-written-${process.pid}-${Date.now().toString(36)}`;
  const [input, output, lone] = [`${run}-input`, `${run}-output`, `${run}-lone`];
  await log.create(partitions, input, output, lone);
  const count = (group: string, { messages }: Workload): Promise<void> => {
    let left = messages;
    return log.follow(input, group, async (entries, commit) => {
      for (const { value } of entries) JSON.parse(value);
      await commit();
      left -= entries.length;
      return left <= 0;
    });
  };
  return {
    name: kafkaReferenceName,
    produce: async ({ messages, batch }) => {
      for (const values of samples(messages, batch)) await log.add(input, values);
    },
    read: (workload) => count(`${run}-read`, workload),
    consume: (workload) => count(`${run}-consume`, workload),
    exactlyOnce: async ({ messages, batch }) => {
      const group = `${run}-move`;
      const move = await log.mover(group);
      let left = messages;
      await log.follow(input, group, async (entries) => {
        for (const part of slices(entries, batch)) {
          const outputs = part.map(({ value }) => transform(JSON.parse(value) as Sample));
          await move(input, output, { entries: part, outputs });
        }
        left -= entries.length;
        return left <= 0;
      });
    },
    latency: (workload) => latency(log, lone, workload),
    [Symbol.asyncDispose]: async () => {
      await log.remove(input, output, lone);
      await log[Symbol.asyncDispose]();
    },
  };
}

async function latency(log: KafkaLog, topic: string, { messages }: Workload): Promise<number[]> {
  const times: number[] = [];
  let started = performance.now();
  await log.add(topic, [sample(0)]);
  await log.follow(topic, `${topic}-latency`, async (entries, commit) => {
    for (const { value } of entries) JSON.parse(value);
    times.push(performance.now() - started);
    await commit();
    if (times.length > messages) return true;
    // Only once the consumer waits again.
    setTimeout(() => {
      started = performance.now();
      void log.add(topic, [sample(times.length)]);
    }, 5);
    return false;
  });
  return times.slice(1);
}

export function* slices(entries: readonly Entry[], size: number): Generator<readonly Entry[]> {
  for (let at = 0; at < entries.length; at += size) yield entries.slice(at, at + size);
}
