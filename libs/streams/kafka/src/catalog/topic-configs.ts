import type { Retention, TopicSpec } from '@millrace/streams';
import { maxRecordBytes } from '../capabilities.ts';
import type { DescribedConfig } from '../wire/configs.ts';

/** The largest batch: one record of the largest size and what surrounds it. */
export const largestMessage: number = maxRecordBytes + 64 * 1024;

/**
 * Kafka forgets by age whatever groups have settled, so it is told to forget nothing unless that is wanted. What the
 * library keeps to instead is written where Kafka looks only for compacted topics.
 */
const ageCarrier = 'delete.retention.ms';
const countCarrier = 'max.compaction.lag.ms';
const forever = '-1';

export const replicationFactor = 'replication.factor';

export function configsOf({ retention, settings = {} }: TopicSpec): Record<string, string> {
  const { maxAgeMs, maxRecords, evenIfUnacknowledged = false } = retention ?? {};
  const { [replicationFactor]: _, ...own } = settings;
  return {
    'max.message.bytes': String(largestMessage),
    'retention.ms': evenIfUnacknowledged && maxAgeMs !== undefined ? String(maxAgeMs) : forever,
    ...(maxAgeMs !== undefined && !evenIfUnacknowledged ? { [ageCarrier]: String(maxAgeMs) } : {}),
    ...(maxRecords !== undefined ? { [countCarrier]: String(Math.max(1, maxRecords)) } : {}),
    ...own,
  };
}

/** The settings that say what a topic keeps; null for those that it is not to have. */
export function retentionConfigs(spec: TopicSpec): Record<string, string | null> {
  const wanted = configsOf({ ...spec, settings: {} });
  return Object.fromEntries(
    ['retention.ms', ageCarrier, countCarrier].map((name) => [name, wanted[name] ?? null]),
  );
}

export function retentionOf(configs: readonly DescribedConfig[]): Retention {
  const own = (name: string): number | undefined => {
    const found = configs.find((config) => config.name === name);
    return found?.own && found.value !== null ? Number(found.value) : undefined;
  };
  const broker = own('retention.ms');
  const [age, count] = [own(ageCarrier), own(countCarrier)];
  if (broker !== undefined && broker >= 0)
    return {
      maxAgeMs: broker,
      evenIfUnacknowledged: true,
      ...(count === undefined ? {} : { maxRecords: count }),
    };
  return {
    ...(age === undefined ? {} : { maxAgeMs: age }),
    ...(count === undefined ? {} : { maxRecords: count }),
  };
}

export function settingsOf(configs: readonly DescribedConfig[]): Record<string, string> {
  const own = configs.filter((config) => config.own && config.value !== null);
  return Object.fromEntries(own.map(({ name, value }) => [name, value ?? '']));
}
