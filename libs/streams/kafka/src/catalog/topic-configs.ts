import type { Retention, TopicSpec } from '@millrace/streams';
import type { DescribedConfig } from '../wire/configs.ts';
import { ownValue } from './read-configs.ts';
import { largestMessage, replicationFactor, type TopicDefaults } from './topic-defaults.ts';

/**
 * Kafka forgets by age whatever groups have settled, so it is told to forget nothing unless that is wanted. What the
 * library keeps to instead is written where Kafka looks only for compacted topics.
 */
const ageCarrier = 'delete.retention.ms';
const countCarrier = 'max.compaction.lag.ms';
const forever = '-1';

export function configsOf(
  { retention, settings = {} }: TopicSpec,
  { maxMessageBytes }: TopicDefaults,
): Record<string, string> {
  const { maxAgeMs, maxRecords, evenIfUnacknowledged = false } = retention ?? {};
  const { [replicationFactor]: _, ...own } = settings;
  return {
    [largestMessage]: String(maxMessageBytes),
    'retention.ms': evenIfUnacknowledged && maxAgeMs !== undefined ? String(maxAgeMs) : forever,
    ...(maxAgeMs !== undefined && !evenIfUnacknowledged ? { [ageCarrier]: String(maxAgeMs) } : {}),
    ...(maxRecords !== undefined ? { [countCarrier]: String(Math.max(1, maxRecords)) } : {}),
    ...own,
  };
}

export function retentionOf(configs: readonly DescribedConfig[]): Retention {
  const own = (name: string): number | undefined => {
    const value = ownValue(configs, name);
    return value === undefined ? undefined : Number(value);
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
