import { type Start, StreamsError } from '@millrace/streams';
import type { Connections } from './client/connections.ts';
import { KafkaError } from './client/kafka-error.ts';
import { retry, retryWithinMs } from './client/retry.ts';
import {
  type Isolation,
  listOffsetsRequest,
  type OffsetAnswer,
  type OffsetQuestion,
} from './wire/log-offsets.ts';

export const endOfLog = -1;
export const startOfLog = -2;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}

/** Decimal texts without limits. */
export function compareOffsets(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : Number(a > b)) : a.length - b.length;
}

export function offsetNumber(position: TopicPartition & { readonly offset: string }): number {
  const offset = Number(position.offset);
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new StreamsError(
    'INVALID_ARGUMENT',
    `${JSON.stringify(position.offset)} is no offset of ${partitionName(position)}`,
  );
}

/** Where the leaders say that beginnings, ends and times lie; by place name. */
export async function listOffsets(
  connections: Connections,
  questions: readonly OffsetQuestion[],
  isolation: Isolation = 'committed',
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  let left = questions;
  await retry({ ms: retryWithinMs }, async () => {
    const answers = await ask(connections, left, isolation);
    for (const { topic, partition, errorCode, offset } of answers) {
      connections.forgetIfStale(topic, errorCode);
      if (errorCode === 0) found.set(partitionName({ topic, partition }), offset);
    }
    left = left.filter((question) => !found.has(partitionName(question)));
    const failed = answers.find(({ errorCode }) => errorCode !== 0);
    if (failed) throw new KafkaError(failed.errorCode, `offsets of ${partitionName(failed)} were not told`);
  });
  return found;
}

async function ask(
  connections: Connections,
  questions: readonly OffsetQuestion[],
  isolation: Isolation,
): Promise<OffsetAnswer[]> {
  const byLeader = new Map<number, OffsetQuestion[]>();
  for (const question of questions) {
    const leader = await connections.leader(question.topic, question.partition);
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), question]);
  }
  const answers = await Promise.all(
    [...byLeader].map(async ([leader, own]) => {
      try {
        return await connections.at(leader, listOffsetsRequest(own, isolation));
      } catch (error) {
        for (const { topic } of own) connections.forget(topic);
        throw error;
      }
    }),
  );
  return answers.flat();
}

/** The offset at which reading begins in each place; by place name. A position says something of its own place alone. */
export async function startOffsets(
  connections: Connections,
  places: readonly TopicPartition[],
  start: Start,
): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  const asked: OffsetQuestion[] = [];
  for (const place of places) {
    if (typeof start === 'object' && 'after' in start) {
      const { after } = start;
      if (after.topic === place.topic && after.partition === place.partition) {
        offsets.set(partitionName(place), offsetNumber(after) + 1);
        continue;
      }
    }
    asked.push({ ...place, timestamp: timestampOf(start) });
  }
  const found = await listOffsets(connections, asked);
  const later = asked.filter((question) => (found.get(partitionName(question)) ?? -1) < 0);
  const ends = await listOffsets(
    connections,
    later.map((question) => ({ ...question, timestamp: endOfLog })),
  );
  return new Map([...offsets, ...found, ...ends]);
}

function timestampOf(start: Start): number {
  if (start === 'latest') return endOfLog;
  if (typeof start === 'object' && 'at' in start) return start.at.getTime();
  return startOfLog;
}
