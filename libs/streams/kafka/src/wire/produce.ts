import type { Request } from './request.ts';

export interface ProducedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly base: number;
  /** What the broker says beside the code. */
  readonly explanation: string | null;
}

export interface ProduceOptions {
  /** 1 the leader, -1 all replicas in sync. */
  readonly acks: 1 | -1;
  readonly timeoutMs: number;
  readonly transactionalId?: string;
}

/** Version 8: one batch a partition, and why one is refused (KIP-467). */
export function produceRequest(
  batches: readonly ProducedBatch[],
  { acks, timeoutMs, transactionalId }: ProduceOptions,
): Request<ProducedPartition[]> {
  return {
    apiKey: 0,
    versions: [8, 8],
    apiName: 'Produce',
    throttled: 'last',
    timeoutMs: timeoutMs + 5_000,
    write: (out) => {
      out
        .string(transactionalId ?? null)
        .int16(acks)
        .int32(timeoutMs);
      out.array([...Map.groupBy(batches, ({ topic }) => topic)], ([topic, own]) => {
        out.string(topic).array(own, ({ partition, batch }) => {
          out.int32(partition).int32(batch.length).raw(batch);
        });
      });
    },
    read: (reader) => {
      const produced: ProducedPartition[] = [];
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => {
          const partition = reader.int32();
          const errorCode = reader.int16();
          const base = reader.int64();
          reader.position += 16;
          const [first] = reader.array(() => {
            reader.int32();
            return reader.string();
          });
          const whole = reader.string();
          produced.push({ topic, partition, errorCode, base, explanation: first ?? whole });
        });
      });
      return produced;
    },
  };
}
