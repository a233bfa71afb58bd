import { bytes, type Topic } from '@millrace/streams';

/** A topic as bytes. Streams of other programs have names that none of ours could have, such as `bull:orders:events`. */
export function rawTopic(name: string): Topic<Uint8Array> {
  return {
    name,
    codec: bytes,
    nullable: false,
    partitioner: 'murmur3',
    schema: undefined,
    key: undefined,
    id: undefined,
    headers: undefined,
  };
}
