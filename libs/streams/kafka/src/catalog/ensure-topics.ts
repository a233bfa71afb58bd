import { type Notice, StreamsError, type TopicSpec } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { changeRetention } from './change-retention.ts';
import { configsOf, replicationFactor } from './topic-configs.ts';
import { createTopics, topicsAsTheyAre } from './topics.ts';

const validName = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * Creates what is missing, all at once, and gives topics that exist the retention that is asked for. TOPIC_MISMATCH when a
 * topic exists with another number of partitions.
 */
export async function ensureTopics(
  connections: Connections,
  specs: readonly TopicSpec[],
  notify: (notice: Notice) => void,
): Promise<void> {
  if (specs.length === 0) return;
  for (const { name } of specs) assertName(name);
  const names = specs.map(({ name }) => name);
  const known = await topicsAsTheyAre(connections, names);
  const missing = specs.filter(({ name }) => !known.has(name));
  await createTopics(
    connections,
    missing.map((spec) => ({
      name: spec.name,
      partitions: spec.partitions,
      replicas: Number(spec.settings?.[replicationFactor] ?? -1),
      configs: configsOf(spec),
    })),
  );
  const now = missing.length > 0 ? await topicsAsTheyAre(connections, names) : known;
  const other = specs.find(({ name, partitions }) => now.get(name) !== partitions);
  if (other) {
    throw new StreamsError(
      'TOPIC_MISMATCH',
      `the topic ${other.name} has ${now.get(other.name)} partitions, not ${other.partitions}`,
    );
  }
  const existing = specs.filter((spec) => !missing.includes(spec));
  const notices = await Promise.all(existing.map((spec) => changeRetention(connections, spec)));
  for (const notice of notices) if (notice) notify(notice);
}

function assertName(name: string): void {
  if (validName.test(name) && name !== '.' && name !== '..') return;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `Kafka takes no topic named ${JSON.stringify(name)}: use letters, digits, dots, underscores and hyphens, 249 at most`,
  );
}
