import type { Capabilities } from '@millrace/streams/driver';

export const maxRecordBytes: number = 16 * 1024 * 1024;

/** What Kafka can do. */
export function capabilitiesOf(brokers: number): Capabilities {
  return {
    competing: false,
    atomicCommit: true,
    atomicAppend: false,
    replicated: brokers > 1,
    idempotentAppend: true,
    maxRecordBytes,
    lacks: {
      competing:
        'a partition of Kafka has one reader in a group; share groups, which compete for single messages, have no client for Node',
      atomicAppend:
        'Kafka stores the partitions of an append one by one; an append with `once` and a step of an exactly-once group are whole',
      ...(brokers > 1 ? {} : { replicated: 'this Kafka had a single broker when it was connected to' }),
    },
  };
}
