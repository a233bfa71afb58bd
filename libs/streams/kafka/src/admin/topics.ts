import { isInternalTopic } from '../catalog/internal-topics.ts';
import { dropTopic, topicsAsTheyAre } from '../catalog/topics.ts';
import { unknownTopic } from '../client/errors.ts';
import { isKafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { isChangelog } from '../group/changelog-topic.ts';

/** Without those that Kafka and this driver keep for themselves. */
export async function topicNames({ connections }: Context): Promise<string[]> {
  const { topics } = await retry({ ms: retryWithinMs }, () => connections.metadata(null));
  const names = topics
    .filter(({ internal, errorCode }) => errorCode === 0 && !internal)
    .map(({ name }) => name);
  const ours = new Set<string>();
  for (const name of names)
    if (isChangelog(name) && (await isInternalTopic(connections, name).catch(ifRefused))) ours.add(name);
  return names.filter((name) => !ours.has(name));
}

/** What may be somebody else's is shown. */
function ifRefused(error: unknown): false {
  if (!isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED')) throw error;
  return false;
}

export async function deleteTopic({ connections }: Context, name: string): Promise<void> {
  if (!(await topicsAsTheyAre(connections, [name])).has(name)) throw unknownTopic(name);
  await dropTopic(connections, name);
}
