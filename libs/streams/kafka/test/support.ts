import { randomUUID } from 'node:crypto';
import type { Acks, Driver, StoredRecord, TopicSpec } from '@millrace/streams';
import type { GroupOptions, JoinOptions } from '@millrace/streams/driver';

/** A driver with what tests do with it again and again. */
export interface Used {
  readonly driver: Driver;
  append(
    topic: string,
    values: readonly string[],
    headers?: Readonly<Record<string, string>>,
    acks?: Acks,
  ): Promise<void>;
  read(topic: string, partition?: number): Promise<StoredRecord[]>;
}

export function use(driver: Driver): Used {
  return {
    driver,
    append: async (topic, values, headers = {}, acks = 'all') => {
      const common = { topic, partition: 0, key: null, headers, timestamp: Date.now() };
      await driver.append(
        values.map((value) => ({ ...common, value })),
        { acks },
      );
    },
    read: async (topic, partition = 0) => {
      const records: StoredRecord[] = [];
      for await (const chunk of driver.read(topic, partition, 'earliest', { to: 'now', max: 1_000 }))
        records.push(...chunk);
      return records;
    },
  };
}

/** A new topic of one partition, unless told otherwise. */
export async function topicOf({ driver }: Used, spec: Partial<TopicSpec> = {}): Promise<string> {
  const name = `t-${randomUUID().slice(0, 8)}`;
  await driver.admin.ensureTopics([{ name, partitions: 1, ...spec }]);
  return name;
}

export async function storedIn(driver: Driver, topic: string, partition = 0): Promise<string[]> {
  return (await use(driver).read(topic, partition)).map(({ value }) => Buffer.from(value ?? []).toString());
}

export function joinOptions(topic: string, leaseMs: number): JoinOptions {
  return { ...groupOptions(topic, leaseMs), commitKind: 'atomic', stores: [], dedupeWindow: 0 };
}

export function groupOptions(topic: string, leaseMs: number): GroupOptions {
  return { topics: [topic], start: 'earliest', acks: 'all', leaseMs, maxInFlight: 100 };
}
