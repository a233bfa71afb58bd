import { type Topic, type TopicSpec, topic } from '@millrace/streams';
import { z } from 'zod';

/** A service wakes itself up: what waits in this partition and is due by then can go on. */
export interface AlarmRang {
  readonly type: 'AlarmRang';
  readonly occurredAt: string;
  /** Chosen so that it leads to the partition that is meant. */
  readonly key: string;
}

const alarmRangSchema: z.ZodType<AlarmRang> = z.object({
  type: z.literal('AlarmRang'),
  occurredAt: z.iso.datetime(),
  key: z.string(),
});

/** A service's own topic of alarms. */
export interface Alarms {
  readonly topic: Topic<AlarmRang>;
  /** For the service's list of topics: a handled alarm is worth nothing. */
  readonly spec: Pick<TopicSpec, 'name' | 'retention'>;
}

export function alarms(name: string): Alarms {
  return {
    topic: topic(name, { schema: alarmRangSchema, key: (event) => event.key }),
    spec: { name, retention: { maxRecords: 1_000 } },
  };
}
