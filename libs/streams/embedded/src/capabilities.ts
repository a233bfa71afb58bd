import type { Capabilities } from '@millrace/streams';
import { maxRecordBytes } from './record-format.ts';

/** What the embedded log can do. */
export const embeddedCapabilities: Capabilities = {
  competing: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes,
  lacks: { replicated: 'the embedded log is one file on one machine; `all` means synced to its disk' },
};
