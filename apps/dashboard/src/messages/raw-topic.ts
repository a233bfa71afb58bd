import { bytes, type Topic } from '@millrace/streams';

/** A topic as bytes, whoever writes it: names that no program of ours could declare are good too. */
export function rawTopic(name: string): Topic<Uint8Array> {
  return {
    name,
    schema: undefined,
    key: undefined,
    id: undefined,
    headers: undefined,
    codec: bytes,
    nullable: false,
    partitioner: 'murmur3',
  };
}
