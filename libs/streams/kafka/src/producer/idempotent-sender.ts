import type { NewRecord } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { isTransient } from '../client/errors.ts';
import { check, isKafkaError } from '../client/kafka-error.ts';
import { retry } from '../client/retry.ts';
import { encodeBatch } from '../wire/batch-encoder.ts';
import type { Compression } from '../wire/compression.ts';
import type { ProducedBatch } from '../wire/produce.ts';
import { initProducerIdRequest, type ProducerIdentity } from '../wire/transactions.ts';
import type { PartitionBatch } from './partition-batches.ts';
import { type Outcome, replicateWithinMs, sendRound } from './send-round.ts';
import { Sequences } from './sequences.ts';

export const resendWithinMs = 15_000;
const noTransactionMs = 60_000;
/** The broker forgot this producer, which it does when all it wrote is gone or old: nothing of the batch is stored. */
const forgotten = ['UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'];

/** Sends batches that the broker stores once, however often they are sent (KIP-98); one round at a time. */
export class IdempotentSender {
  readonly #connections: Connections;
  readonly #compression: Compression;
  readonly #sequences = new Sequences();
  #identity: ProducerIdentity | undefined;

  constructor(connections: Connections, compression: Compression) {
    this.#connections = connections;
    this.#compression = compression;
  }

  async send(round: readonly PartitionBatch<NewRecord>[]): Promise<Outcome[]> {
    const outcomes = await this.#attempt(round);
    const unknown = outcomes.flatMap(({ error }, index) =>
      isKafkaError(error, ...forgotten) ? [index] : [],
    );
    // What may or may not be stored must never be taken for the next batch.
    if (outcomes.some(({ error }) => error !== undefined)) this.#forget();
    if (unknown.length === 0) return outcomes;
    const again = await this.#attempt(unknown.map((index) => round[index] as PartitionBatch<NewRecord>));
    for (const [at, index] of unknown.entries()) outcomes[index] = again[at] as Outcome;
    if (again.some(({ error }) => error !== undefined)) this.#forget();
    return outcomes;
  }

  async #attempt(round: readonly PartitionBatch<NewRecord>[]): Promise<Outcome[]> {
    try {
      const outcomes = await resend(this.#connections, await this.#encode(round));
      for (const [index, { error }] of outcomes.entries()) {
        const { topic, partition, records } = round[index] as PartitionBatch<NewRecord>;
        if (error === undefined) this.#sequences.advance(topic, partition, records.length);
      }
      return outcomes;
    } catch (error) {
      return round.map(() => ({ base: -1, error }));
    }
  }

  async #encode(round: readonly PartitionBatch<NewRecord>[]): Promise<ProducedBatch[]> {
    const identity = this.#identity ?? (await this.#identify());
    return await Promise.all(
      round.map(async ({ topic, partition, records }) => {
        const sequence = this.#sequences.next(topic, partition);
        const producer = { ...identity, sequence, transactional: false };
        return { topic, partition, batch: await encodeBatch(records, this.#compression, producer) };
      }),
    );
  }

  async #identify(): Promise<ProducerIdentity> {
    this.#identity = await retry({ ms: resendWithinMs }, async () => {
      const answer = await this.#connections.any(initProducerIdRequest(null, noTransactionMs));
      check(answer.errorCode, 'no producer id was given');
      return answer;
    });
    return this.#identity;
  }

  #forget(): void {
    this.#identity = undefined;
    this.#sequences.clear();
  }
}

/** Sends until each batch was stored or refused for good, or patience is over. */
async function resend(connections: Connections, batches: readonly ProducedBatch[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = batches.map(() => ({ base: -1 }));
  let left = [...batches.keys()];
  const options = { acks: -1, timeoutMs: replicateWithinMs } as const;
  await retry({ ms: resendWithinMs }, async () => {
    const sending = left.map((index) => batches[index] as ProducedBatch);
    for (const [at, outcome] of (await sendRound(connections, sending, options)).entries())
      outcomes[left[at] ?? 0] = outcome;
    left = left.filter((index) => isTransient(outcomes[index]?.error));
    const [first] = left;
    if (first !== undefined) throw outcomes[first]?.error;
  }).catch(() => undefined);
  return outcomes;
}
