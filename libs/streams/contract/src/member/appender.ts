import type { Driver, NewRecord } from '@millrace/streams';
import { commandOf } from './commands.ts';
import { report } from './report.ts';
import type { AppenderScript } from './script.ts';

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Appends until it is stopped or killed; says before each batch that it begins and afterwards what was acknowledged. */
export async function append(script: AppenderScript, driver: Driver): Promise<void> {
  const counts = await Promise.all(script.topics.map((topic) => driver.partitions(topic)));
  const partitions = script.topics.flatMap((topic, index) =>
    Array.from({ length: counts[index] ?? 0 }, (_, partition) => ({ topic, partition })),
  );
  const { acks, atomic } = script;
  let stopping = false;
  void commandOf('stop').then(() => {
    stopping = true;
  });
  for (let batch = 0; !stopping; batch++) {
    report({ event: 'appending', batch });
    const positions = await driver.append(batchOf(script.size, batch, partitions), { acks, atomic });
    report({ event: 'appended', batch, positions });
  }
}

function batchOf(size: number, batch: number, partitions: readonly TopicPartition[]): NewRecord[] {
  return Array.from({ length: size }, (_, index) => ({
    ...(partitions[index % partitions.length] as TopicPartition),
    key: null,
    value: `${batch}-${index}`,
    headers: {},
    timestamp: Date.now(),
  }));
}
