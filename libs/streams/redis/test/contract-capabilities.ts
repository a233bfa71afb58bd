import type { Capabilities } from '@millrace/streams/driver';

/** What the driver must declare: written here a second time, so that no claim is withdrawn unseen. */
export const singleCapabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: true,
  pendingEntries: true,
  claim: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes: 16 * 1024 * 1024,
  lacks: { replicated: 'this Redis had no replica when it was connected to' },
};

export const clusterCapabilities: Capabilities = {
  ...singleCapabilities,
  atomicAppend: false,
  replicated: true,
  lacks: {
    atomicAppend: 'a Redis Cluster keeps partitions on different servers, which store their parts one by one',
  },
};
