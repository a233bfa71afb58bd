import { dropTopic, topicsAsTheyAre } from '../catalog/topics.ts';
import { unknownTopic } from '../client/errors.ts';
import { patienceMs, patiently } from '../client/patience.ts';
import type { Context } from '../context.ts';
import { isChangelog } from '../group/changelog.ts';

/** Without those that Kafka and this driver keep for themselves. */
export async function topicNames({ connections }: Context): Promise<string[]> {
  const { topics } = await patiently({ ms: patienceMs }, () => connections.metadata(null));
  return topics
    .filter(({ internal, name, errorCode }) => errorCode === 0 && !internal && !isChangelog(name))
    .map(({ name }) => name);
}

export async function deleteTopic({ connections }: Context, name: string): Promise<void> {
  if (!(await topicsAsTheyAre(connections, [name])).has(name)) throw unknownTopic(name);
  await dropTopic(connections, name);
}
