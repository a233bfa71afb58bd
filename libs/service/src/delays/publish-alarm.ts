import { partitionOf, type Streams } from '@millrace/streams';
import type { AlarmRang, Alarms } from './alarms.ts';

/** Publishes the alarm of a partition, under a key that leads there. */
export function publishAlarm(
  streams: Streams,
  { topic }: Alarms,
  partitions: number,
): (partition: number) => Promise<void> {
  const keys = new Map<number, string>();
  for (let candidate = 0; keys.size < partitions; candidate++) {
    const partition = partitionOf(String(candidate), partitions);
    if (!keys.has(partition)) keys.set(partition, String(candidate));
  }
  return async (partition) => {
    const alarm: AlarmRang = {
      type: 'AlarmRang',
      occurredAt: new Date().toISOString(),
      key: keys.get(partition) ?? '',
    };
    await streams.publish(topic, [alarm], { acks: 'leader' });
  };
}
