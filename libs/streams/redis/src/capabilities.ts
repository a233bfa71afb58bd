import type { Capabilities } from '@millrace/streams/driver';
import type { Client } from './client/client.ts';
import { maxRecordBytes } from './entries/record-size.ts';

export function capabilitiesOf(client: Client): Capabilities {
  const lacks: Record<string, string> = {};
  if (client.cluster) {
    lacks['atomicAppend'] =
      'a Redis Cluster keeps partitions on different servers, which store their parts one by one';
  }
  if (client.serverInfo.replicas === 0) {
    lacks['replicated'] = 'this Redis had no replica when it was connected to';
  }
  return {
    competing: true,
    competingExactlyOnce: true,
    pendingEntries: true,
    claim: true,
    atomicCommit: true,
    atomicAppend: !client.cluster,
    replicated: client.serverInfo.replicas > 0,
    idempotentAppend: true,
    maxRecordBytes,
    lacks,
  };
}
