import type { Capabilities } from '@millrace/streams/driver';

const megabyte = 1024 * 1024;

/** What the backend can do. Each of these answers has its tests in the contract suite. */
export const exampleCapabilities: Capabilities = {
  competing: true,
  competingExactlyOnce: true,
  pendingEntries: true,
  claim: true,
  atomicCommit: true,
  atomicAppend: true,
  replicated: false,
  idempotentAppend: true,
  maxRecordBytes: 8 * megabyte,
  lacks: { replicated: 'one server holds everything in its memory; `all` means that it has it' },
};
