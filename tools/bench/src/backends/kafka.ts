import { openOurs } from '../ours/side.ts';
import { kafkaReferenceName, openKafkaReference } from '../references/kafka.ts';
import type { Backend } from './backend.ts';

/** One cluster, with topics of their own for both sides, which remove what they made. */
export function kafka(url: string, partitions: number): Backend {
  return {
    name: 'kafka',
    kafkaUrl: url,
    referenceName: kafkaReferenceName,
    ours: (variant) => () => openOurs({ url, partitions, variant }),
    reference: () => openKafkaReference(url, partitions),
    places: async () => ({ ours: url, handWritten: url, [Symbol.asyncDispose]: async () => undefined }),
  };
}
