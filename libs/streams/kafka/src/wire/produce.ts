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
}

export interface ProduceOptions {
  /** 0 nobody, 1 the leader, -1 all replicas in sync. */
  readonly acks: 0 | 1 | -1;
  readonly timeoutMs: number;
  readonly transactionalId?: string;
}

/** Version 7: one batch a partition. */
export function produceRequest(
  batches: readonly ProducedBatch[],
  { acks, timeoutMs, transactionalId }: ProduceOptions,
): Request<ProducedPartition[]> {
  return {
    apiKey: 0,
    versions: [7, 7],
    apiName: 'Produce',
    flexible: false,
    silent: acks === 0,
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
      if (reader.left === 0) return produced;
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => {
          const partition = reader.int32();
          const errorCode = reader.int16();
          const base = reader.int64();
          reader.position += 16;
          produced.push({ topic, partition, errorCode, base });
        });
      });
      return produced;
    },
  };
}
