import type { NewRecord } from '@millrace/streams';
import type { Connections } from '../client/connections.ts';
import { retry } from '../client/retry.ts';
import { encodeBatch } from '../wire/batch-encoder.ts';
import type { Compression } from '../wire/compression.ts';
import { resendWithinMs } from './idempotent-sender.ts';
import type { PartitionBatch } from './partition-batches.ts';
import { isSurelyNotStored, type Outcome, replicateWithinMs, sendRound } from './send-round.ts';

/** Sends batches that their leaders acknowledge: again only when the broker said that it stored nothing. */
export class PlainSender {
  readonly #connections: Connections;
  readonly #compression: Compression;

  constructor(connections: Connections, compression: Compression) {
    this.#connections = connections;
    this.#compression = compression;
  }

  async send(round: readonly PartitionBatch<NewRecord>[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = round.map(() => ({ base: -1 }));
    const batches = await Promise.all(
      round.map(async ({ topic, partition, records }) => ({
        topic,
        partition,
        batch: await encodeBatch(records, this.#compression),
      })),
    );
    let left = [...round.keys()];
    await retry({ ms: resendWithinMs }, async () => {
      const sending = left.flatMap((index) => batches[index] ?? []);
      const options = { acks: 1, timeoutMs: replicateWithinMs } as const;
      for (const [at, outcome] of (await sendRound(this.#connections, sending, options)).entries())
        outcomes[left[at] ?? 0] = outcome;
      left = left.filter((index) => isSurelyNotStored(outcomes[index]?.error));
      const [first] = left;
      if (first !== undefined) throw outcomes[first]?.error;
    }).catch(() => undefined);
    return outcomes;
  }
}
