import { StreamsError, type TopicSpec } from '@millrace/streams';
import type { Context } from '../context.ts';
import { changeRetention } from './change-retention.ts';
import { configsOf } from './topic-configs.ts';
import { replicationFactor, replicationLike } from './topic-defaults.ts';
import { createTopics, topicsAsTheyAre } from './topics.ts';

const validName = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * Creates what is missing, all at once, and gives topics that exist the retention that is asked for. TOPIC_MISMATCH when a
 * topic exists with another number of partitions.
 */
export async function ensureTopics(
  { connections, topics, notify }: Context,
  specs: readonly TopicSpec[],
): Promise<void> {
  if (specs.length === 0) return;
  for (const { name } of specs) assertName(name);
  const names = specs.map(({ name }) => name);
  const known = await topicsAsTheyAre(connections, names);
  const missing = specs.filter(({ name }) => !known.has(name));
  await createTopics(
    connections,
    await Promise.all(
      missing.map(async (spec) => {
        const { name, partitions, settings, replicatedLike } = spec;
        const like = replicatedLike && (await replicationLike(connections, topics, replicatedLike));
        return {
          name,
          partitions,
          replicas: Number(settings?.[replicationFactor] ?? like?.replicas ?? -1),
          configs: { ...like?.configs, ...configsOf(spec, topics) },
        };
      }),
    ),
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
