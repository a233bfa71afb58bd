import { StreamsError } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { check, isKafkaError, KafkaError } from '../client/kafka-error.ts';
import { retry, retryWithinMs } from '../client/retry.ts';
import { listOffsets, startOfLog } from '../offsets.ts';
import type { TopicMetadata } from '../wire/metadata.ts';
import {
  createPartitionsRequest,
  createTopicsRequest,
  deleteTopicsRequest,
  type TopicToCreate,
} from '../wire/topics.ts';
import { largestMessage } from './topic-defaults.ts';

const pollMs = 5;

/** How many partitions each of these topics has; those that do not exist are missing. UNAUTHORIZED where that is not told. */
export async function topicsAsTheyAre(
  connections: Connections,
  names: readonly string[],
): Promise<Map<string, number>> {
  const { topics } = await retry({ ms: retryWithinMs }, () => connections.metadata(names));
  const existing = topics.filter(({ name, errorCode }) => {
    const error = new KafkaError(errorCode, `the topic ${name} could not be looked up`);
    if (isKafkaError(error, 'TOPIC_AUTHORIZATION_FAILED')) throw error;
    return errorCode === 0;
  });
  return new Map(existing.map(({ name, partitions }) => [name, partitions.length]));
}

/** Creates topics in one request, and waits until they can be used. Those that somebody else created meanwhile are left as they are. */
export async function createTopics(
  connections: Connections,
  topics: readonly TopicToCreate[],
): Promise<void> {
  if (topics.length === 0) return;
  await retry({ ms: retryWithinMs }, async () => {
    for (const { name, errorCode, message } of await connections.any(createTopicsRequest(topics))) {
      if (errorCode === 0) continue;
      const error = new KafkaError(
        errorCode,
        `the topic ${name} was not created${message ? ` (${message}${hintAt(message)})` : ''}`,
      );
      if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    }
  });
  await usable(
    connections,
    topics.map(({ name }) => name),
  );
}

/** Gives a topic so many partitions, and waits until they can be used. It may have got as many from somebody else. */
export async function growTopic(connections: Connections, name: string, partitions: number): Promise<void> {
  await retry({ ms: retryWithinMs }, async () => {
    for (const { errorCode, message } of await connections.any(createPartitionsRequest(name, partitions))) {
      if (errorCode === 0) continue;
      const error = new KafkaError(
        errorCode,
        `the topic ${name} was not given ${partitions} partitions${message ? ` (${message})` : ''}`,
      );
      // It has so many already.
      if (!isKafkaError(error, 'INVALID_PARTITIONS')) throw error;
    }
  });
  const hasGrown = (topic: TopicMetadata): boolean =>
    isUsable(topic) && topic.partitions.length >= partitions;
  await everywhere(connections, [name], `not every broker knows ${partitions} partitions of`, hasGrown);
  await led(connections, [name]);
}

/** A policy of the cluster may cap the setting. */
function hintAt(message: string): string {
  return message.includes(largestMessage)
    ? `; ${largestMessage} in the URL, or in the topic's settings, asks for less`
    : '';
}

/** Every broker learns of a topic and its leaders, one after another, a moment after it was created. */
async function usable(connections: Connections, names: readonly string[]): Promise<void> {
  await everywhere(connections, names, 'not every broker knows', isUsable);
  await led(connections, names);
}

/**
 * A broker calls itself the leader of a partition a moment before it takes records for it, and what comes in that moment
 * with acks none is dropped unseen.
 */
async function led(connections: Connections, names: readonly string[]): Promise<void> {
  const { topics } = await connections.metadata(names);
  const places = topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition, timestamp: startOfLog })),
  );
  await listOffsets(connections, places);
}

function isUsable({ errorCode, partitions }: TopicMetadata): boolean {
  return errorCode === 0 && partitions.every(({ leader }) => leader >= 0);
}

/** Deletes a topic that exists and resolves once no broker knows it any more. */
export async function dropTopic(connections: Connections, name: string): Promise<void> {
  const codes = await retry({ ms: retryWithinMs }, () => connections.any(deleteTopicsRequest([name])));
  for (const code of codes) check(code, `the topic ${name} was not deleted`);
  await everywhere(connections, [name], 'a broker still knows', ({ errorCode }) => errorCode !== 0);
  connections.forget(name);
}

/** Resolves once what each broker knows of each of these topics is so. */
async function everywhere(
  connections: Connections,
  names: readonly string[],
  otherwise: string,
  isSo: (topic: TopicMetadata) => boolean,
): Promise<void> {
  await retry({ ms: retryWithinMs, longestPauseMs: pollMs }, async () => {
    const views = await connections.views(names);
    const other = views.flatMap(({ topics }) => topics).find((topic) => !isSo(topic));
    if (other) throw new StreamsError('UNAVAILABLE', `${otherwise} the topic ${other.name}`);
  });
}
