import { type Request, request } from './request.ts';

export interface ProducerIdentity {
  readonly id: bigint;
  readonly epoch: number;
}

export interface NamedProducer extends ProducerIdentity {
  readonly transactionalId: string;
}

/**
 * With a transactional id it fences whoever used that before and ends their transaction; with the producer's own
 * identity it is refused when somebody else came since (KIP-360).
 */
export function initProducerIdRequest(
  transactionalId: string | null,
  timeoutMs: number,
  own: ProducerIdentity = { id: -1n, epoch: -1 },
): Request<ProducerIdentity & { readonly errorCode: number }> {
  return request(22, [4, 4], 'InitProducerId', {
    flexible: true,
    write: (out) =>
      out.compactString(transactionalId).int32(timeoutMs).int64(own.id).int16(own.epoch).noTags(),
    read: (reader) => {
      reader.int32();
      return { errorCode: reader.int16(), id: reader.bigint64(), epoch: reader.int16() };
    },
  });
}

export interface PartitionCode {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
}

export function addPartitionsRequest(
  producer: NamedProducer,
  places: readonly { readonly topic: string; readonly partition: number }[],
): Request<PartitionCode[]> {
  return request(24, [1, 1], 'AddPartitionsToTxn', {
    write: (out) => {
      out.string(producer.transactionalId).int64(producer.id).int16(producer.epoch);
      out.array([...Map.groupBy(places, ({ topic }) => topic)], ([topic, own]) => {
        out.string(topic).array(own, ({ partition }) => out.int32(partition));
      });
    },
    read: (reader) => {
      reader.int32();
      const codes: PartitionCode[] = [];
      reader.array(() => {
        const topic = reader.string() ?? '';
        reader.array(() => codes.push({ topic, partition: reader.int32(), errorCode: reader.int16() }));
      });
      return codes;
    },
  });
}

export function addOffsetsRequest(producer: NamedProducer, group: string): Request<number> {
  return request(25, [1, 1], 'AddOffsetsToTxn', {
    write: (out) =>
      out.string(producer.transactionalId).int64(producer.id).int16(producer.epoch).string(group),
    read: (reader) => {
      reader.int32();
      return reader.int16();
    },
  });
}

export function endTransactionRequest(producer: NamedProducer, commit: boolean): Request<number> {
  return request(26, [1, 1], 'EndTxn', {
    write: (out) =>
      out
        .string(producer.transactionalId)
        .int64(producer.id)
        .int16(producer.epoch)
        .int8(commit ? 1 : 0),
    read: (reader) => {
      reader.int32();
      return reader.int16();
    },
  });
}
