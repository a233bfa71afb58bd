import type { Capabilities } from '@millrace/streams/driver';

export const maxRecordBytes: number = 16 * 1024 * 1024;

export const exactlyOnceLack =
  'Kafka takes acknowledgements of a share group outside of transactions, so outputs cannot be stored together with them';

const noPending = 'Kafka keeps no list of what is delivered and unacknowledged that could be asked for';

/** What Kafka can do. `shareGroupLack`: why this cluster has no share groups, where it has none. */
export function capabilitiesOf(brokers: number, shareGroupLack?: string): Capabilities {
  return {
    competing: shareGroupLack === undefined,
    competingExactlyOnce: false,
    pendingEntries: false,
    claim: false,
    atomicCommit: true,
    atomicAppend: false,
    replicated: brokers > 1,
    idempotentAppend: true,
    maxRecordBytes,
    lacks: {
      ...(shareGroupLack === undefined
        ? {}
        : { competing: `competing groups are share groups of Kafka, and ${shareGroupLack}` }),
      competingExactlyOnce: exactlyOnceLack,
      pendingEntries: noPending,
      claim: `${noPending}; what a member holds goes to another one when the member leaves, its connection ends or its lock runs out`,
      atomicAppend:
        'Kafka stores the partitions of an append one by one; an append with `once` and a step of an exactly-once group are whole',
      ...(brokers > 1 ? {} : { replicated: 'this Kafka had a single broker when it was connected to' }),
    },
  };
}
