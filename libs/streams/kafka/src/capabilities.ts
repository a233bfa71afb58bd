import type { Capabilities } from '@millrace/streams/driver';
import { maxRecordBytes, type TopicDefaults } from './catalog/topic-defaults.ts';

/** What Kafka can do. */
export function capabilitiesOf(brokers: number, topics: TopicDefaults): Capabilities {
  return {
    competing: false,
    atomicCommit: true,
    atomicAppend: true,
    replicated: brokers > 1,
    idempotentAppend: true,
    maxRecordBytes: maxRecordBytes(topics),
    lacks: {
      competing:
        'a partition of Kafka has one reader in a group; share groups, which compete for single messages, have no client for Node',
      ...(brokers > 1 ? {} : { replicated: 'this Kafka had a single broker when it was connected to' }),
    },
  };
}
