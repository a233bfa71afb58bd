import type { Reader } from './reader.ts';
import { type Request, request } from './request.ts';

export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly name: string;
  /** Of this topic alone: one that is deleted and created again has another id. */
  readonly id: string;
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly nodes: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
  /** Bits of the operations on the cluster that the user may do, when that was asked for. */
  readonly clusterOperations: number;
}

const nobody = Buffer.alloc(16);

export interface MetadataOptions {
  /** Asks what the user may do with the cluster as well. */
  readonly clusterOperations?: boolean;
}

/** Version 10. Null asks for all topics, an empty list for none. Never creates one. */
export function metadataRequest(
  topics: readonly string[] | null,
  { clusterOperations = false }: MetadataOptions = {},
): Request<ClusterMetadata> {
  return request(3, [10, 10], 'Metadata', {
    flexible: true,
    write: (out) => {
      out.compactArray(topics, (topic) => out.raw(nobody).compactString(topic).noTags());
      out.int8(0);
      out.int8(clusterOperations ? 1 : 0);
      out.int8(0).noTags();
    },
    read: (reader) => {
      reader.int32();
      const nodes = reader.compactArray(() => {
        const node = { id: reader.int32(), host: reader.compactString() ?? '', port: reader.int32() };
        reader.compactString();
        reader.skipTags();
        return node;
      });
      reader.compactString();
      const controller = reader.int32();
      const found = reader.compactArray(() => {
        const topic = {
          errorCode: reader.int16(),
          name: reader.compactString() ?? '',
          id: reader.raw(16).toString('base64url'),
          internal: reader.int8() !== 0,
          partitions: reader.compactArray(() => partitionOf(reader)),
        };
        reader.int32();
        reader.skipTags();
        return topic;
      });
      return { nodes, controller, topics: found, clusterOperations: reader.int32() };
    },
  });
}

function partitionOf(reader: Reader): PartitionMetadata {
  const errorCode = reader.int16();
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32();
  const replicas = reader.compactArray(() => reader.int32());
  const inSync = reader.compactArray(() => reader.int32());
  reader.compactArray(() => reader.int32());
  reader.skipTags();
  return { errorCode, partition, leader, replicas, inSync };
}
