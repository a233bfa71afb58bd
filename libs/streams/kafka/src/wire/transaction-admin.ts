import { type Request, request } from './request.ts';

export interface TransactionState {
  readonly transactionalId: string;
  readonly producer: bigint;
  readonly epoch: number;
  /** Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort or Dead. */
  readonly state: string;
}

/** Answers nothing for an id that was never used. */
export function describeTransactionRequest(
  transactionalId: string,
): Request<{ readonly errorCode: number } & TransactionState> {
  return request(65, [0, 0], 'DescribeTransactions', {
    flexible: true,
    write: (out) => out.compactArray([transactionalId], (id) => out.compactString(id)).noTags(),
    read: (reader) => {
      reader.int32();
      const [found] = reader.compactArray(() => {
        const errorCode = reader.int16();
        const id = reader.compactString() ?? '';
        const state = reader.compactString() ?? '';
        reader.int32();
        reader.int64();
        const [producer, epoch] = [reader.bigint64(), reader.int16()];
        reader.compactArray(() => {
          reader.compactString();
          reader.compactArray(() => reader.int32());
          reader.skipTags();
        });
        reader.skipTags();
        return { errorCode, transactionalId: id, state, producer, epoch };
      });
      return found ?? { errorCode: 0, transactionalId, state: 'Dead', producer: -1n, epoch: -1 };
    },
  });
}

/** The transactional ids of those of these producers that the asked broker coordinates. */
export function listTransactionsRequest(producers: readonly bigint[]): Request<string[]> {
  return request(66, [0, 0], 'ListTransactions', {
    flexible: true,
    write: (out) => {
      out.compactArray([], () => undefined);
      out.compactArray(producers, (id) => out.int64(id)).noTags();
    },
    read: (reader) => {
      reader.int32();
      reader.int16();
      reader.compactArray(() => reader.compactString());
      return reader.compactArray(() => {
        const transactionalId = reader.compactString() ?? '';
        reader.bigint64();
        reader.compactString();
        reader.skipTags();
        return transactionalId;
      });
    },
  });
}

export interface OpenTransaction {
  readonly topic: string;
  readonly partition: number;
  readonly producer: bigint;
  readonly epoch: number;
  readonly coordinatorEpoch: number;
  /** The offset of its first record. */
  readonly start: number;
}

/** The transactions that partitions hold as open. */
export function openTransactionsRequest(
  places: readonly { readonly topic: string; readonly partition: number }[],
): Request<OpenTransaction[]> {
  return request(61, [0, 0], 'DescribeProducers', {
    flexible: true,
    write: (out) => {
      out.compactArray([...Map.groupBy(places, ({ topic }) => topic)], ([topic, own]) => {
        out.compactString(topic).compactArray(own, ({ partition }) => out.int32(partition));
        out.noTags();
      });
      out.noTags();
    },
    read: (reader) => {
      reader.int32();
      const open: OpenTransaction[] = [];
      reader.compactArray(() => {
        const topic = reader.compactString() ?? '';
        reader.compactArray(() => {
          const partition = reader.int32();
          reader.int16();
          reader.compactString();
          reader.compactArray(() => {
            const [producer, epoch] = [reader.bigint64(), reader.int32()];
            reader.int32();
            reader.int64();
            const [coordinatorEpoch, start] = [reader.int32(), reader.int64()];
            reader.skipTags();
            if (start >= 0) open.push({ topic, partition, producer, epoch, coordinatorEpoch, start });
          });
          reader.skipTags();
        });
        reader.skipTags();
      });
      return open;
    },
  });
}

/** What a coordinator writes into a partition when a transaction has ended. Needs the right to act for the cluster. */
export function writeMarkerRequest(open: OpenTransaction, commit: boolean): Request<number> {
  return request(27, [1, 1], 'WriteTxnMarkers', {
    flexible: true,
    throttled: 'never',
    write: (out) => {
      out.compactArray([open], ({ topic, partition, producer, epoch, coordinatorEpoch }) => {
        out
          .int64(producer)
          .int16(epoch)
          .int8(commit ? 1 : 0);
        out.compactArray([topic], (name) => {
          out.compactString(name).compactArray([partition], (number) => out.int32(number));
          out.noTags();
        });
        out.int32(Math.max(0, coordinatorEpoch)).noTags();
      });
      out.noTags();
    },
    read: (reader) => {
      let errorCode = 0;
      reader.compactArray(() => {
        reader.int64();
        reader.compactArray(() => {
          reader.compactString();
          reader.compactArray(() => {
            reader.int32();
            errorCode = reader.int16();
            reader.skipTags();
          });
          reader.skipTags();
        });
        reader.skipTags();
      });
      return errorCode;
    },
  });
}
