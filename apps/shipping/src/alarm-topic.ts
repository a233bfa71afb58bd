import { type Retention, type Topic, topic } from '@millrace/streams';
import { z } from 'zod';

/** Shipping wakes itself up: deliveries of this partition that are due by then can be made. */
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

export const deliveryAlarms: Topic<AlarmRang> = topic('delivery-alarms', {
  schema: alarmRangSchema,
  key: (event) => event.key,
});

/** A handled alarm is worth nothing. */
export const deliveryAlarmsRetention: Retention = { maxRecords: 1_000 };
