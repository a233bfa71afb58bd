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
  readonly internal: boolean;
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly nodes: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}

/** Null asks for all topics, an empty list for none. Never creates one. */
export function metadataRequest(topics: readonly string[] | null): Request<ClusterMetadata> {
  return request(3, 5, 'Metadata', {
    write: (out) => {
      if (topics === null) out.int32(-1);
      else out.array(topics, (topic) => out.string(topic));
      out.int8(0);
    },
    read: (reader) => {
      reader.int32();
      const nodes = reader.array(() => {
        const node = { id: reader.int32(), host: reader.string() ?? '', port: reader.int32() };
        reader.string();
        return node;
      });
      reader.string();
      const controller = reader.int32();
      const found = reader.array(() => ({
        errorCode: reader.int16(),
        name: reader.string() ?? '',
        internal: reader.int8() !== 0,
        partitions: reader.array(() => {
          const partition = {
            errorCode: reader.int16(),
            partition: reader.int32(),
            leader: reader.int32(),
            replicas: reader.array(() => reader.int32()),
            inSync: reader.array(() => reader.int32()),
          };
          reader.array(() => reader.int32());
          return partition;
        }),
      }));
      return { nodes, controller, topics: found };
    },
  });
}
