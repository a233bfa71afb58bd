import type { Capabilities } from '@millrace/streams/driver';

/** What the driver must declare: written here a second time, so that no claim is withdrawn unseen. */
export const capabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: true,
  pendingEntries: true,
  claim: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes: 8_388_608,
  lacks: { replicated: 'one server holds everything in its memory; `all` means that it has it' },
};
