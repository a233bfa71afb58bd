import type { Cluster } from '../client/cluster.ts';
import { joining, shareFetchRequest } from '../wire/share-groups.ts';

const fetching = {
  group: '',
  member: '',
  epoch: joining,
  maxWaitMs: 0,
  maxBytes: 0,
  maxRecords: 0,
  added: [],
  forgotten: [],
};

/** Why these brokers have no share groups that renew and acquire single records; undefined where they have. */
export function shareGroupLack(cluster: Cluster): string | undefined {
  return cluster.lack(shareFetchRequest(fetching));
}
