import { isStreamsError, StreamsError } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { isTransient, translate } from '../client/errors.ts';
import { isKafkaError, KafkaError } from '../client/kafka-error.ts';
import {
  type ProducedBatch,
  type ProducedPartition,
  type ProduceOptions,
  produceRequest,
} from '../wire/produce.ts';

export interface Outcome {
  /** The offset of the batch's first record; -1 where nobody says. */
  readonly base: number;
  readonly error?: unknown;
}

/**
 * How long a leader may wait for the replicas. Well below the patience of those who send: what is sent again is told at
 * once that too few replicas are left, where the first try only ran out of time.
 */
export const replicateWithinMs = 5_000;

const duplicate = 'DUPLICATE_SEQUENCE_NUMBER';

/** Sends one batch a partition to their leaders, once. Answers what became of each, in their order. */
export async function sendRound(
  connections: Connections,
  batches: readonly ProducedBatch[],
  options: ProduceOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = batches.map(() => ({ base: -1, error: undefined }));
  const byLeader = new Map<number, number[]>();
  await Promise.all(
    batches.map(async ({ topic, partition }, index) => {
      try {
        const leader = await connections.leader(topic, partition);
        const own = byLeader.get(leader);
        if (own) own.push(index);
        else byLeader.set(leader, [index]);
      } catch (error) {
        outcomes[index] = { base: -1, error };
      }
    }),
  );
  await Promise.all(
    [...byLeader].map(async ([leader, indexes]) => {
      const own = indexes.map((index) => batches[index] as ProducedBatch);
      for (const [at, outcome] of (await sendTo(connections, leader, own, options)).entries())
        outcomes[indexes[at] ?? 0] = outcome;
    }),
  );
  return outcomes;
}

async function sendTo(
  connections: Connections,
  leader: number,
  batches: readonly ProducedBatch[],
  options: ProduceOptions,
): Promise<Outcome[]> {
  try {
    const answers = await connections.at(leader, produceRequest(batches, options));
    return batches.map(({ topic, partition }) => {
      const answer = answers.find((each) => each.topic === topic && each.partition === partition);
      if (!answer) return { base: -1 };
      connections.forgetIfStale(topic, answer.errorCode);
      if (answer.errorCode === 0) return { base: answer.base };
      const error = refusalOf(answer);
      return isKafkaError(error, duplicate) ? { base: answer.base } : { base: -1, error };
    });
  } catch (error) {
    for (const { topic } of batches) connections.forget(topic);
    return batches.map(() => ({ base: -1, error: translate(error, 'records were not acknowledged') }));
  }
}

function refusalOf({ topic, partition, errorCode, explanation }: ProducedPartition): Error {
  const error = new KafkaError(
    errorCode,
    `a batch for ${topic}:${partition} was not acknowledged`,
    explanation,
  );
  if (!isKafkaError(error, 'INVALID_RECORD') || !/without key/i.test(explanation ?? '')) return error;
  return new StreamsError(
    'INVALID_ARGUMENT',
    `the topic ${topic} is compacted, which keeps the last record of each key: a record without a key cannot be stored in it`,
    { cause: translate(error, 'a record was refused') },
  );
}

/** The broker said that it stored nothing and that it, or another one, may later. */
export function isSurelyNotStored(error: unknown): boolean {
  return isKafkaError(error) && isTransient(error) && !isKafkaError(error, 'REQUEST_TIMED_OUT');
}

/** The batch is larger than its topic allows (`max.message.bytes`); smaller ones may pass. */
export function isTooLarge(error: unknown): boolean {
  return isKafkaError(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE');
}

/** The topic refuses a record of the batch, whoever sends it, and with it the whole batch. */
export function isRefused(error: unknown): boolean {
  return isTooLarge(error) || isInvalid(error);
}

function isInvalid(error: unknown): boolean {
  const { cause } = error instanceof StreamsError ? error : {};
  return (
    isKafkaError(error, 'INVALID_RECORD', 'INVALID_TIMESTAMP') || isStreamsError(cause, 'INVALID_RECORD')
  );
}
