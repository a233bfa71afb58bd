import type { Capabilities } from '@millrace/streams/driver';
import { maxRecordBytes } from '../src/log/record-format.ts';

/** What the embedded driver must declare: written here a second time, so that no claim is withdrawn unseen. */
export const capabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: true,
  pendingEntries: true,
  claim: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes,
  lacks: { replicated: 'the embedded log is one file on one machine; `all` means synced to its disk' },
};
