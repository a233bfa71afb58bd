import type { Capabilities } from '@millrace/streams/driver';
import { maxRecordBytes, type TopicDefaults } from './catalog/topic-defaults.ts';

export const exactlyOnceLack =
  'Kafka takes acknowledgements of a share group outside of transactions, so outputs cannot be stored together with them';

export const pendingLack =
  'Kafka keeps no list of what is delivered and unacknowledged that could be asked for';

export const claimLack: string = `${pendingLack}; what a member holds goes to another one when the member leaves, its connection ends or its lock runs out`;

/** What Kafka can do. `shareGroupLack`: why this cluster has no share groups, where it has none. */
export function capabilitiesOf(
  brokers: number,
  topics: TopicDefaults,
  shareGroupLack?: string,
): Capabilities {
  return {
    competing: shareGroupLack === undefined,
    competingExactlyOnce: false,
    pendingEntries: false,
    claim: false,
    atomicCommit: true,
    atomicAppend: true,
    replicated: brokers > 1,
    idempotentAppend: true,
    maxRecordBytes: maxRecordBytes(topics),
    lacks: {
      ...(shareGroupLack === undefined
        ? {}
        : { competing: `competing groups are share groups of Kafka, and ${shareGroupLack}` }),
      competingExactlyOnce: exactlyOnceLack,
      pendingEntries: pendingLack,
      claim: claimLack,
      ...(brokers > 1 ? {} : { replicated: 'this Kafka had a single broker when it was connected to' }),
    },
  };
}
