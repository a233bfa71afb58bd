import type { Capabilities } from '@millrace/streams/driver';

/** What the driver must declare: written here a second time, so that no claim is withdrawn unseen. */
export const singleCapabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: false,
  pendingEntries: false,
  claim: false,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes: 16 * 1024 * 1024,
  lacks: {
    competingExactlyOnce:
      'Kafka takes acknowledgements of a share group outside of transactions, so outputs cannot be stored together with them',
    pendingEntries: 'Kafka keeps no list of what is delivered and unacknowledged that could be asked for',
    claim:
      'Kafka keeps no list of what is delivered and unacknowledged that could be asked for; what a member holds goes to another one when the member leaves, its connection ends or its lock runs out',
    replicated: 'this Kafka had a single broker when it was connected to',
  },
};
