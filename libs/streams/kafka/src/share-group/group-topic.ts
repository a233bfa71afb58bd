import type { StoredRecord } from '@millrace/streams';
import { retry, retryWithinMs } from '../client/retry.ts';
import type { Context } from '../context.ts';
import { changelogTopic } from '../group/changelog-topic.ts';
import { replicateWithinMs, sendRound } from '../producer/send-round.ts';
import { readPartition } from '../read.ts';
import { encodeBatch } from '../wire/batch-encoder.ts';

/** A share group keeps what the broker does not keep for it in one partition of a compacted topic of its own. */
export const groupTopicPartition = 0;

const allReplicas = -1;
const perBatch = 5_000;
const startKind = 'start ';

/** Resolves once all of them are stored; null deletes. */
export async function storeEntries(
  { connections, compression }: Context,
  topic: string,
  entries: readonly (readonly [key: string, value: string | null])[],
): Promise<void> {
  const timestamp = Date.now();
  for (let at = 0; at < entries.length; at += perBatch) {
    const some = entries.slice(at, at + perBatch);
    const records = some.map(([key, value]) => ({ key, value, headers: {}, timestamp }));
    const batch = await encodeBatch(records, compression);
    await retry({ ms: retryWithinMs }, async () => {
      const options = { acks: allReplicas, timeoutMs: replicateWithinMs } as const;
      const batches = [{ topic, partition: groupTopicPartition, batch }];
      const [outcome] = await sendRound(connections, batches, options);
      if (outcome?.error !== undefined) throw outcome.error;
    });
  }
}

export function isStartClaim(key: string): boolean {
  return key.startsWith(startKind);
}

/** Whether this member is the first that is to settle where the group begins in these topics. */
export async function claimStart(
  context: Context,
  group: string,
  member: string,
  topics: readonly string[],
): Promise<boolean> {
  const topic = changelogTopic(group);
  const keys = topics.map((name) => `${startKind}${name}`);
  await storeEntries(
    context,
    topic,
    keys.map((key) => [key, member]),
  );
  const first = new Map<string, string>();
  const place = { topic, partition: groupTopicPartition };
  for await (const records of readPartition(context, place, 'earliest', { to: 'now', max: perBatch })) {
    for (const record of records) {
      const [key, value] = texts(record);
      if (!first.has(key)) first.set(key, value);
    }
  }
  return keys.every((key) => first.get(key) === member);
}

function texts({ key, value }: StoredRecord): [key: string, value: string] {
  return [Buffer.from(key ?? []).toString(), Buffer.from(value ?? []).toString()];
}
