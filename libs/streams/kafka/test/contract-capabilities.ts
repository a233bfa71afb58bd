import type { Capabilities } from '@millrace/streams/driver';

/** What the driver must declare: written here a second time, so that no claim is withdrawn unseen. */
export const singleCapabilities: Capabilities = {
  competing: false,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes: 16 * 1024 * 1024,
  lacks: {
    competing:
      'a partition of Kafka has one reader in a group; share groups, which compete for single messages, have no client for Node',
    replicated: 'this Kafka had a single broker when it was connected to',
  },
};
